//! One parameter of an action, written as a JSON Schema property.
//!
//! Forms, validation and the assistant read the schema made here; nothing here knows a connector.

use serde_json::{Map, Value, json};

/// One parameter: a property of the configuration object.
pub struct Parameter {
    name: &'static str,
    required: bool,
    schema: Map<String, Value>,
}

impl Parameter {
    fn new(name: &'static str, kind: Value, title: &str, description: &str) -> Self {
        let mut schema = Map::new();
        schema.insert("type".to_owned(), kind);
        schema.insert("title".to_owned(), title.into());
        schema.insert("description".to_owned(), description.into());
        Self { name, required: false, schema }
    }

    /// Text.
    pub fn text(name: &'static str, title: &str, description: &str) -> Self {
        Self::new(name, "string".into(), title, description)
    }

    /// A whole number within bounds.
    pub fn integer(name: &'static str, title: &str, description: &str, bounds: std::ops::RangeInclusive<i64>) -> Self {
        Self::new(name, "integer".into(), title, description)
            .with("minimum", *bounds.start())
            .with("maximum", *bounds.end())
    }

    /// A number within bounds.
    pub fn number(name: &'static str, title: &str, description: &str, bounds: std::ops::RangeInclusive<f64>) -> Self {
        Self::new(name, "number".into(), title, description)
            .with("minimum", *bounds.start())
            .with("maximum", *bounds.end())
    }

    /// Yes or no.
    pub fn boolean(name: &'static str, title: &str, description: &str) -> Self {
        Self::new(name, "boolean".into(), title, description)
    }

    /// One of several words.
    pub fn choice(name: &'static str, title: &str, description: &str, options: &[&str]) -> Self {
        Self::new(name, "string".into(), title, description).with("enum", options)
    }

    /// A value of any of several JSON types.
    pub fn value(name: &'static str, title: &str, description: &str, kinds: &[&str]) -> Self {
        Self::new(name, kinds.into(), title, description)
    }

    /// Names and values, such as headers; values are of any of these JSON types.
    pub fn map(name: &'static str, title: &str, description: &str, kinds: &[&str]) -> Self {
        let kinds = if let [kind] = kinds { json!(kind) } else { json!(kinds) };
        Self::new(name, "object".into(), title, description).with("additionalProperties", json!({ "type": kinds }))
    }

    /// A list of objects with these properties.
    pub fn list(name: &'static str, title: &str, description: &str, item: Vec<Self>) -> Self {
        Self::new(name, "array".into(), title, description).with("items", object(item))
    }

    /// Must be there.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// What it is when nobody says otherwise.
    pub fn default(self, value: impl Into<Value>) -> Self {
        self.with("default", value)
    }

    /// How a form shows it; see `ActionManifest::parameters`.
    pub fn format(self, format: &str) -> Self {
        self.with("format", format)
    }

    /// Adds to the schema of a list's items.
    pub fn each(mut self, add: impl FnOnce(&mut Value)) -> Self {
        if let Some(items) = self.schema.get_mut("items") {
            add(items);
        }
        self
    }

    /// One more keyword of JSON Schema.
    pub fn with(mut self, keyword: &str, value: impl Into<Value>) -> Self {
        self.schema.insert(keyword.to_owned(), value.into());
        self
    }
}

/// The schema of an object that has these properties and no other.
pub fn object(parameters: Vec<Parameter>) -> Value {
    let required: Vec<&str> = parameters.iter().filter(|one| one.required).map(|one| one.name).collect();
    let required = json!(required);
    let properties: Map<String, Value> =
        parameters.into_iter().map(|one| (one.name.to_owned(), Value::Object(one.schema))).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}
