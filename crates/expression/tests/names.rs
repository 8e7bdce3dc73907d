//! Labels in texts: the cases that the interface's copy of these rules is held by as well.

use bridge_expression::{references, references_in_code, rename, rename_in_code};
use serde_json::Value;

#[test]
fn labels_are_found_and_followed_as_the_shared_cases_say() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("cases/names.json")).unwrap();
    assert!(!cases.is_empty());
    for case in &cases {
        let text = case["text"].as_str().unwrap();
        let code = case["kind"] == "code";
        let found = if code { references_in_code(text) } else { references(text) };
        assert_eq!(serde_json::json!(found), case["references"], "{text}");
        if let (Some(from), Some(to)) = (case["from"].as_str(), case["to"].as_str()) {
            let renamed = if code { rename_in_code(text, from, to) } else { rename(text, from, to) };
            assert_eq!(renamed, case["renamed"].as_str().unwrap(), "{text}");
        }
    }
}
