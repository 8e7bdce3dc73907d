//! What a model is to find in a text: a JSON Schema, given as such or made of a list of fields.

use bridge_domain::StepFailure;
use serde_json::{Map, Value, json};

use crate::failure::failed_at;
use crate::parameters::Parameters;

/// The schema an answer must meet.
#[derive(Debug)]
pub struct Shape {
    /// As it is sent.
    pub schema: Value,
    validator: jsonschema::Validator,
}

impl Shape {
    /// The schema of the parameters.
    ///
    /// # Errors
    /// When there is neither a schema nor a field, or the schema is none of an object.
    pub fn read(parameters: &Parameters<'_>) -> Result<Self, StepFailure> {
        let schema = match parameters.map("schema")?.filter(|schema| !schema.is_empty()) {
            Some(schema) => Value::Object(schema),
            None => of_fields(parameters)?,
        };
        let wrong = |why: String| {
            failed_at(
                "schema",
                format!("The JSON Schema cannot be used: {why}."),
                "Correct the schema, or name fields instead.",
            )
        };
        if schema["type"] != "object" {
            return Err(wrong("its type is not `object`".to_owned()));
        }
        let validator = jsonschema::draft202012::new(&schema).map_err(|error| wrong(error.to_string()))?;
        Ok(Self { schema, validator })
    }

    /// Whether an answer meets the schema.
    ///
    /// # Errors
    /// The first things that are wrong with it.
    pub fn check(&self, answer: &Value) -> Result<(), String> {
        let place = |path: String| if path.is_empty() { "the object".to_owned() } else { path };
        let problems = self.validator.iter_errors(answer).take(5);
        let problems: Vec<String> =
            problems.map(|error| format!("{}: {error}", place(error.instance_path().to_string()))).collect();
        if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
    }
}

/// A schema in the subset that all vendors take: every field is required, and one that may be missing may be null.
fn of_fields(parameters: &Parameters<'_>) -> Result<Value, StepFailure> {
    let mut properties = Map::new();
    for field in parameters.records("fields")? {
        let name = field.required_text("name")?;
        let words = [
            ("text", json!({ "type": "string" })),
            ("number", json!({ "type": "number" })),
            ("integer", json!({ "type": "integer" })),
            ("boolean", json!({ "type": "boolean" })),
            ("date", json!({ "type": "string" })),
            ("list", json!({ "type": "array", "items": { "type": "string" } })),
        ];
        let places: Vec<(&str, usize)> = words.iter().enumerate().map(|(place, (word, _))| (*word, place)).collect();
        let chosen = field.choice("type", &places)?.unwrap_or(0);
        let (word, mut schema) = words.get(chosen).cloned().unwrap_or(("text", json!({ "type": "string" })));
        if !field.boolean("required")?.unwrap_or(false) {
            schema["type"] = json!([schema["type"].clone(), "null"]);
        }
        let mut description = field.text_or("description", "")?;
        if word == "date" {
            description = format!("{description} Written as YYYY-MM-DD.").trim_start().to_owned();
        }
        if !description.is_empty() {
            schema["description"] = description.into();
        }
        if properties.insert(name.clone(), schema).is_some() {
            return Err(field.failed("name", format!("The field “{name}” is named twice."), "Remove one of them."));
        }
    }
    if properties.is_empty() {
        return Err(parameters.failed("fields", "There is no field to find.", "Name a field, or give a JSON Schema."));
    }
    let required: Vec<&String> = properties.keys().collect();
    let required = json!(required);
    Ok(json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false }))
}
