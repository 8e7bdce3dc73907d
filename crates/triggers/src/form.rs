//! The page of a form trigger: plain HTML without a script. Everything the workflow says is escaped.

use std::fmt::Write as _;

use bridge_domain::Config;
use serde_json::Value;

/// A form as its trigger describes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FormPage {
    /// Heading.
    pub title: String,
    /// Text below it; may be empty.
    pub description: String,
    /// Fields in order.
    pub fields: Vec<FormField>,
    /// Words on the button.
    pub button: String,
    /// What is shown after it was sent.
    pub after: String,
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormField {
    /// Name in the item.
    pub name: String,
    /// Words beside it.
    pub label: String,
    /// What is entered.
    pub kind: FormFieldKind,
    /// Whether it must be filled in.
    pub required: bool,
    /// What to choose from, for [`FormFieldKind::Select`].
    pub options: Vec<String>,
}

/// What is entered in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormFieldKind {
    /// One line.
    Text,
    /// A number.
    Number,
    /// An e-mail address.
    Email,
    /// A date.
    Date,
    /// Yes or no.
    Checkbox,
    /// One of several.
    Select,
    /// Several lines.
    Textarea,
}

impl FormPage {
    /// Reads the configuration of a form trigger. What is missing has its default; a field without a name is left out.
    #[must_use]
    pub fn read(config: &Config) -> Self {
        let text = |key: &str, default: &str| {
            let given = config.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
            given.unwrap_or(default).to_owned()
        };
        let fields = config.get("fields").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Self {
            title: text("title", "Form"),
            description: text("description", ""),
            fields: fields.iter().filter_map(FormField::read).collect(),
            button: text("button", "Send"),
            after: text("after", "Thank you. Your answers have been sent."),
        }
    }

    /// The page that asks.
    #[must_use]
    pub fn html(&self, problems: &[String]) -> String {
        let mut body = String::new();
        for problem in problems {
            let _ = write!(body, "<p class=problem role=alert>{}</p>", escape(problem));
        }
        body.push_str("<form method=post enctype=multipart/form-data>");
        for (index, field) in self.fields.iter().enumerate() {
            field.write(index, &mut body);
        }
        let _ = write!(body, "<button>{}</button></form>", escape(&self.button));
        page(&self.title, &self.description, &body)
    }

    /// The page that is shown once it was sent.
    #[must_use]
    pub fn after_html(&self) -> String {
        page(&self.title, &self.after, "")
    }

    /// The values that were sent, by the fields of the form only, with their types; or what is wrong with them.
    ///
    /// # Errors
    /// A sentence for each field that is not right.
    pub fn values(&self, sent: &Config) -> Result<Config, Vec<String>> {
        let (mut values, mut problems) = (Config::new(), Vec::new());
        for field in &self.fields {
            match field.value(sent.get(&field.name).and_then(Value::as_str).unwrap_or_default()) {
                Ok(value) => {
                    values.insert(field.name.clone(), value);
                }
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(values) } else { Err(problems) }
    }
}

impl FormField {
    fn read(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        let label = text("label").or_else(|| text("name"))?;
        let options = text("options").unwrap_or_default().split(',').map(str::trim).filter(|option| !option.is_empty());
        Some(Self {
            name: text("name").unwrap_or(label).to_owned(),
            label: label.to_owned(),
            kind: match text("type") {
                Some("number") => FormFieldKind::Number,
                Some("email") => FormFieldKind::Email,
                Some("date") => FormFieldKind::Date,
                Some("checkbox") => FormFieldKind::Checkbox,
                Some("select") => FormFieldKind::Select,
                Some("textarea") => FormFieldKind::Textarea,
                _ => FormFieldKind::Text,
            },
            required: value.get("required").and_then(Value::as_bool).unwrap_or(false),
            options: options.map(str::to_owned).collect(),
        })
    }

    fn value(&self, sent: &str) -> Result<Value, String> {
        let sent = sent.trim();
        if self.kind == FormFieldKind::Checkbox {
            return Ok((!sent.is_empty()).into());
        }
        if sent.is_empty() {
            return if self.required { Err(format!("{} must be filled in.", self.label)) } else { Ok(Value::Null) };
        }
        match self.kind {
            FormFieldKind::Number => {
                let number = sent.parse::<f64>().ok().and_then(serde_json::Number::from_f64);
                let whole = sent.parse::<i64>().ok().map(Value::from);
                whole.or(number.map(Value::from)).ok_or_else(|| format!("{} must be a number.", self.label))
            }
            FormFieldKind::Select if !self.options.iter().any(|option| option == sent) => {
                Err(format!("{} must be one of: {}.", self.label, self.options.join(", ")))
            }
            FormFieldKind::Email if !sent.contains('@') => Err(format!("{} must be an e-mail address.", self.label)),
            FormFieldKind::Date if sent.parse::<jiff::civil::Date>().is_err() => {
                Err(format!("{} must be a date such as 2026-01-31.", self.label))
            }
            _ => Ok(sent.into()),
        }
    }

    fn write(&self, index: usize, out: &mut String) {
        let (name, label) = (escape(&self.name), escape(&self.label));
        let required = if self.required { " required" } else { "" };
        let star = if self.required { " <span aria-hidden=true>*</span>" } else { "" };
        let _ = write!(out, "<p><label for=f{index}>{label}{star}</label>");
        let attributes = format!("id=f{index} name=\"{name}\"{required}");
        let _ = match self.kind {
            FormFieldKind::Textarea => write!(out, "<textarea {attributes} rows=5></textarea>"),
            FormFieldKind::Select => {
                let options: String =
                    self.options.iter().map(|one| format!("<option>{}</option>", escape(one))).collect();
                write!(out, "<select {attributes}><option value=\"\"></option>{options}</select>")
            }
            kind => write!(out, "<input type={} step=any {attributes}>", input_type(kind)),
        };
        out.push_str("</p>");
    }
}

fn input_type(kind: FormFieldKind) -> &'static str {
    match kind {
        FormFieldKind::Number => "number",
        FormFieldKind::Email => "email",
        FormFieldKind::Date => "date",
        FormFieldKind::Checkbox => "checkbox",
        FormFieldKind::Text | FormFieldKind::Select | FormFieldKind::Textarea => "text",
    }
}

fn page(title: &str, text: &str, body: &str) -> String {
    let (title, text) = (escape(title), escape(text));
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style><main><h1>{title}</h1><p class=text>{text}</p>{body}</main>"
    )
}

const STYLE: &str = ":root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{margin:0;padding:2rem 1rem}\
main{max-width:36rem;margin:auto}label{display:block;font-weight:600;margin-bottom:.25rem}.text{white-space:pre-wrap}\
input:not([type=checkbox]),select,textarea{width:100%;box-sizing:border-box;font:inherit;padding:.5rem;border:1px solid \
GrayText;border-radius:.375rem}button{font:inherit;padding:.5rem 1.25rem;border-radius:.375rem;border:0;background:#2f5fd0;\
color:#fff;cursor:pointer}:focus-visible{outline:3px solid #7aa2ff;outline-offset:2px}.problem{color:#c92a2a}";

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    fn form() -> FormPage {
        let config = json!({ "title": "<script>alert(1)</script>", "fields": [
            { "name": "amount", "label": "Amount", "type": "number", "required": true },
            { "name": "size", "type": "select", "options": "S, \"><b>" },
            { "name": "agree", "type": "checkbox" },
            { "type": "text" }
        ] });
        FormPage::read(config.as_object().unwrap())
    }

    #[test]
    fn w2_what_a_workflow_says_is_text() {
        let html = form().html(&["<img src=x>".to_owned()]);
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<b>"));
        assert!(html.contains("&lt;script&gt;"));
    }

    #[test]
    fn values_have_the_types_of_their_fields_and_nothing_else_comes_through() {
        let sent = json!({ "amount": " 3 ", "size": "S", "agree": "on", "admin": "true" });
        let values = form().values(sent.as_object().unwrap()).unwrap();
        assert_eq!(Value::Object(values), json!({ "amount": 3, "size": "S", "agree": true }));
    }

    #[test]
    fn every_field_that_is_not_right_is_named() {
        let sent = json!({ "amount": "many", "size": "XXL" });
        let problems = form().values(sent.as_object().unwrap()).unwrap_err();
        assert_eq!(problems, ["Amount must be a number.", "size must be one of: S, \"><b>."]);
        assert_eq!(form().values(&Config::new()).unwrap_err(), ["Amount must be filled in."]);
    }
}
