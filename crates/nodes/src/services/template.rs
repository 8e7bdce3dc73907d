//! Filling a request from the parameters of a node.
//!
//! A template is a JSON value. A text `$name` in it stands for a parameter as it is, and a member whose parameter is
//! absent is left out. `{"$words": "name"}` stands for the words of a text with commas, `{"$text": "name"}` for a parameter
//! written as text, and `{"$map_or_item": "name", "without": […]}` for an object, or for the item's own fields when the
//! object is empty. Everything else stands for itself.

use bridge_domain::{Config, Item, StepFailure};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::parameters::{Parameters, text_of};

/// What stays as it is in a segment of a path: RFC 3986's unreserved characters, and the colon.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// What fills a template.
#[derive(Clone, Copy)]
pub struct Source<'s> {
    /// The node's parameters.
    pub parameters: &'s Parameters<'s>,
    /// The item worked on.
    pub item: &'s Item,
}

impl Source<'_> {
    /// The value a template stands for; none when it is a parameter that is absent or empty text.
    ///
    /// # Errors
    /// What is wrong with a parameter.
    pub fn value(&self, template: &Value) -> Result<Option<Value>, StepFailure> {
        match template {
            Value::String(text) => Ok(match text.strip_prefix('$') {
                Some(name) => self.parameters.value(name).filter(|value| value.as_str() != Some("")).cloned(),
                None => Some(template.clone()),
            }),
            Value::Object(map) => self.object(map),
            Value::Array(list) => {
                let values: Result<Vec<Option<Value>>, StepFailure> = list.iter().map(|one| self.value(one)).collect();
                Ok(Some(values?.into_iter().flatten().collect()))
            }
            other => Ok(Some(other.clone())),
        }
    }

    fn object(&self, map: &Config) -> Result<Option<Value>, StepFailure> {
        let named = |operator: &str| map.get(operator).and_then(Value::as_str);
        if let Some(name) = named("$words") {
            let words = self.parameters.words(name)?;
            return Ok((!words.is_empty()).then(|| words.into()));
        }
        if let Some(name) = named("$text") {
            return Ok(self.parameters.text(name)?.filter(|text| !text.is_empty()).map(Value::String));
        }
        if let Some(name) = named("$map_or_item") {
            let set = self.parameters.map(name)?.filter(|values| !values.is_empty());
            return Ok(Some(Value::Object(set.unwrap_or_else(|| self.item_without(map.get("without"))))));
        }
        let mut filled = Config::new();
        for (name, template) in map {
            if let Some(value) = self.value(template)? {
                filled.insert(name.clone(), value);
            }
        }
        Ok(Some(Value::Object(filled)))
    }

    fn item_without(&self, names: Option<&Value>) -> Config {
        let is_left_out =
            |name: &String| names.and_then(Value::as_array).is_some_and(|all| all.contains(&name.as_str().into()));
        self.item
            .json
            .iter()
            .filter(|(name, _)| !is_left_out(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// A path with its placeholders filled. `credential` gives the values of the credential.
    ///
    /// # Errors
    /// When a parameter is missing, or would lead to another path.
    pub fn path(
        &self,
        template: &str,
        credential: impl Fn(&str) -> Result<String, StepFailure>,
    ) -> Result<String, StepFailure> {
        let mut path = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}').unwrap_or((after, ""));
            path.push_str(before);
            if let Some(field) = name.strip_prefix("credential.") {
                path.push_str(&segment(&credential(field)?));
            } else if let Some(name) = name.strip_prefix('+') {
                let value = self.parameters.required_text(name)?;
                let segments: Result<Vec<String>, StepFailure> =
                    value.trim_matches('/').split('/').map(|one| self.checked(name, one)).collect();
                path.push_str(&segments?.join("/"));
            } else {
                path.push_str(&self.checked(name, &self.parameters.required_text(name)?)?);
            }
            rest = behind;
        }
        path.push_str(rest);
        Ok(path)
    }

    /// One segment. A segment of dots would lead to another action of the service.
    fn checked(&self, name: &str, value: &str) -> Result<String, StepFailure> {
        let value = value.trim();
        if matches!(value, "" | "." | "..") {
            let hint = "Enter the name or identifier alone.";
            return Err(self.parameters.failed(name, format!("`{value}` cannot be a part of an address."), hint));
        }
        Ok(segment(value))
    }
}

/// A text as one segment of a path.
#[must_use]
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// Names and values of a query: a list with commas, null left out.
#[must_use]
pub fn query_value(value: &Value) -> String {
    match value {
        Value::Array(values) => values.iter().map(text_of).collect::<Vec<_>>().join(","),
        other => text_of(other),
    }
}
