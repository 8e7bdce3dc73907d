//! Starting a run with a form that somebody fills in.

use bridge_domain::{ConnectorManifest, Risk};
use serde_json::json;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The form trigger.
pub fn connector() -> ConnectorManifest {
    Connector::new("form", "Form", "Shows a form in the browser and starts the workflow with what people enter.")
        .shown_in(Category::Triggers, "IconForms")
        .synonyms(&["form", "web form", "survey", "questionnaire", "contact form", "input form", "form trigger"])
        .action(
            Action::trigger("submitted", "When a form is sent", "Starts a run for each form that somebody sends.")
                .synonyms(&["on form submission", "form submitted", "form filled in", "form sent", "collect answers"])
                .parameters([
                    Parameter::text("title", "Title", "Heading of the form.")
                        .required()
                        .default("Form")
                        .with("minLength", 1)
                        .with("maxLength", 200),
                    Parameter::text("description", "Description", "What stands below the heading.")
                        .format("multiline")
                        .with("maxLength", 5_000),
                    Parameter::list("fields", "Fields", "What people enter, in the order it is shown.", field())
                        .required()
                        .default(json!([{ "name": "name", "label": "Name", "type": "text", "required": true }]))
                        .with("minItems", 1)
                        .with("maxItems", 100),
                    Parameter::text("button", "Button", "What stands on the button that sends the form.")
                        .default("Send")
                        .with("maxLength", 100),
                    Parameter::text("after", "Shown afterwards", "What people read once the form was sent.")
                        .format("multiline")
                        .default("Thank you. Your answers have been sent.")
                        .with("maxLength", 5_000),
                ])
                .puts_out(&[("submitted_at", "string")])
                .risks(&[Risk::Webhook]),
        )
        .manifest()
}

/// One entry of the form.
fn field() -> Vec<Parameter> {
    vec![
        Parameter::text("name", "Name", "Name of the item's field that gets the value.")
            .required()
            .default("name")
            .with("minLength", 1)
            .with("maxLength", 64),
        Parameter::text("label", "Label", "What people read beside it; the name when left out.").with("maxLength", 200),
        Parameter::choice(
            "type",
            "Type",
            "What is entered; it decides how the value is checked.",
            &["text", "textarea", "number", "email", "date", "checkbox", "select"],
        )
        .required()
        .default("text"),
        Parameter::boolean("required", "Required", "Whether the form cannot be sent without it.").default(false),
        Parameter::text("options", "Options", "What can be chosen with type select, separated by commas."),
    ]
}
