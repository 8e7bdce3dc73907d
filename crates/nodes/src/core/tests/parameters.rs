//! Reading values of other types than a form gives.

use serde_json::json;

use crate::parameters::Parameters;

#[test]
fn values_are_read_as_they_can_be_meant() {
    let config = json!({
        "text": 5, "number": " 2.5 ", "whole": "7", "float": 3.0, "yes": "true", "no": 0, "empty": " ", "null": null,
        "list": "[1, 2]", "words": "a, b ,,c", "names": ["x", 1], "map": "{\"a\": 1}", "records": [{ "n": "4" }]
    });
    let parameters = Parameters::new(config.as_object().unwrap());
    assert_eq!(parameters.text("text").unwrap().as_deref(), Some("5"));
    assert_eq!(parameters.number("number", 0.0..=9.0).unwrap(), Some(2.5));
    assert_eq!(parameters.integer("whole", 0..=9).unwrap(), Some(7));
    assert_eq!(parameters.integer("float", 0..=9).unwrap(), Some(3));
    assert_eq!(parameters.integer("empty", 0..=9).unwrap(), None);
    assert_eq!(parameters.integer("null", 0..=9).unwrap(), None);
    assert_eq!(parameters.boolean("yes").unwrap(), Some(true));
    assert_eq!(parameters.boolean("no").unwrap(), Some(false));
    assert_eq!(parameters.list("list").unwrap(), Some(vec![json!(1), json!(2)]));
    assert_eq!(parameters.words("words").unwrap(), ["a", "b", "c"]);
    assert_eq!(parameters.words("names").unwrap(), ["x", "1"]);
    assert_eq!(parameters.map("map").unwrap().unwrap()["a"], 1);
    assert_eq!(parameters.records("records").unwrap()[0].integer("n", 0..=9).unwrap(), Some(4));
}

#[test]
fn what_cannot_be_meant_is_named_with_its_path_and_what_is_expected() {
    let config = json!({ "n": "many", "far": 99, "half": 1.5, "flag": "maybe", "word": "z", "list": "x", "rules": [{ "n": [] }, 1] });
    let parameters = Parameters::new(config.as_object().unwrap());
    let failures = [
        (parameters.integer("n", 0..=9).unwrap_err(), "n", "a whole number from 0 to 9"),
        (parameters.integer("far", 0..=9).unwrap_err(), "far", "99"),
        (parameters.integer("half", 0..=9).unwrap_err(), "half", "1.5"),
        (parameters.boolean("flag").unwrap_err(), "flag", "“maybe”"),
        (parameters.choice("word", &[("a", 1), ("b", 2)]).unwrap_err(), "word", "`a`, `b`"),
        (parameters.list("list").unwrap_err(), "list", "a list"),
        (parameters.records("rules").unwrap_err(), "rules[1]", "an object"),
        (parameters.required_text("missing").unwrap_err(), "missing", "no value"),
    ];
    for (failure, path, says) in failures {
        assert_eq!(failure.parameter.as_deref(), Some(path));
        assert!(failure.error.message.contains(says), "{path}: {}", failure.error.message);
    }
}
