//! What a person would not see is made visible.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod notation;

use bridge_domain::{Action, Risk};
use bridge_workflow::{hides_something, propose, summary, visible};
use notation::{RULES, add, graph, object};
use serde_json::json;

#[test]
fn a4_hidden_characters_are_written_out() {
    for (text, expected) in [
        ("pay \u{202e}evil\u{202c}", "pay ⟨U+202E⟩evil⟨U+202C⟩"),
        ("\u{2066}a\u{2069}", "⟨U+2066⟩a⟨U+2069⟩"),
        ("a\u{200b}b\u{200c}c\u{200d}d\u{feff}", "a⟨U+200B⟩b⟨U+200C⟩c⟨U+200D⟩d⟨U+FEFF⟩"),
        ("a\u{200e}\u{200f}\u{61c}b", "a⟨U+200E⟩⟨U+200F⟩⟨U+061C⟩b"),
        ("\u{e0041}\u{e0042}", "⟨U+E0041⟩⟨U+E0042⟩"),
        ("a\u{0}b\u{7}c\u{1b}[31m\u{9b}", "a⟨U+0000⟩b⟨U+0007⟩c⟨U+001B⟩[31m⟨U+009B⟩"),
        ("soft\u{ad}hyphen \u{3164} \u{115f} \u{2800}", "soft⟨U+00AD⟩hyphen ⟨U+3164⟩ ⟨U+115F⟩ ⟨U+2800⟩"),
        ("a\u{fe0f}\u{e0100}", "a⟨U+FE0F⟩⟨U+E0100⟩"),
        ("line\u{2028}paragraph\u{2029}", "line⟨U+2028⟩paragraph⟨U+2029⟩"),
        ("over\rwritten", "over⟨U+000D⟩written"),
        ("\u{e000}\u{fffe}\u{10ffff}", "⟨U+E000⟩⟨U+FFFE⟩⟨U+10FFFF⟩"),
    ] {
        assert_eq!(visible(text), expected);
        assert!(hides_something(text), "{expected}");
    }
}

#[test]
fn a4_long_runs_of_blanks_are_counted() {
    let run = |blank: &str, count: usize| format!("a{}b", blank.repeat(count));
    assert_eq!(visible(&run(" ", 2000)), "a⟨×2000 spaces⟩b");
    assert_eq!(visible(&run("\t", 100)), "a⟨×100 spaces⟩b");
    assert_eq!(visible(&run("\u{a0}", 50)), "a⟨×50 spaces⟩b");
    assert_eq!(visible(&run("\u{2003} ", 50)), "a⟨×100 spaces⟩b");
    assert_eq!(visible(&run("\n", 500)), "a⟨×500 line breaks⟩b");
    assert_eq!(visible(&run(" \n", 500)), "a⟨×1000 blanks⟩b");
    assert_eq!(visible(&run("\r\n", 500)), "a⟨×1000 blanks⟩b");
    assert_eq!(visible(&format!("a\n{}b", " ".repeat(80))), "a⟨×81 blanks⟩b");
    assert_eq!(visible(&format!("e{}", "\u{301}".repeat(300))), "e⟨×300 marks⟩");
}

#[test]
fn a4_honest_text_stays_as_it_is() {
    for text in [
        "",
        "Grüße, 日本語, Привет, שלום, مرحبا",
        "fn a() {\r\n\tif b {\n                    c();\n    }\n}\n\n\n",
        "👩‍👩‍👧 👍🏽 ❤️ 1️⃣ ☎️ 🏳️‍🌈",
        "می‌خواهم क्‍ष e\u{301} ñ\u{303}",
        "https://münchen.example/ https://почта.рф/ https://日本語.jp/ и https://example.com/путь",
        "100 € — “quoted”… 5\u{a0}kg",
    ] {
        assert_eq!(visible(text), text);
        assert!(!hides_something(text), "{text}");
    }
}

#[test]
fn a4_hosts_that_mix_scripts_show_what_they_are() {
    assert_eq!(visible("https://аpple.com/x"), "https://аpple.com⟨xn--pple-43d.com⟩/x");
    assert_eq!(visible("go to //раураӏ.com now"), "go to //раураӏ.com⟨xn--80aa0cbo65f.com⟩ now");
    assert_eq!(visible("https://user@gοοgle.com:443/"), "https://user@gοοgle.com:443⟨xn--ggle-0nda.com⟩/");
    assert!(hides_something("https://api。example.com/"), "an ideographic full stop");
    assert!(hides_something("https://ｅxample.com/"), "a full-width letter");
    assert!(hides_something("https://good.example⁄path.evil.example/"), "a fraction slash");
}

#[test]
fn a4_one_bad_item_among_four_hundred_is_found() {
    let mut actions: Vec<Action> = (0..400).map(|index| add(&format!("a{index}"))).collect();
    let Action::AddNode { label, .. } = &mut actions[137] else { panic!() };
    label.push('\u{202e}');
    let mut deep = add("a-deep");
    let Action::AddNode { config, .. } = &mut deep else { panic!() };
    *config = object(json!({ "fields": { "list": [{ "te\u{200b}xt": "fine" }] } }));
    actions.push(deep);
    let proposed = propose(&graph(""), &actions, &RULES);
    let flagged: Vec<u32> =
        proposed.iter().filter(|one| one.risks.contains(&Risk::HiddenText)).map(|one| one.index).collect();
    assert_eq!(flagged, [137, 400]);
    assert!(proposed[137].title.contains("⟨U+202E⟩"), "{}", proposed[137].title);
    assert!(proposed[400].fields.iter().any(|field| field.after.as_ref().unwrap().contains("te⟨U+200B⟩xt")));
}

/// A hidden character in the place of its own written-out form looks the same, and is a change all the same.
#[test]
fn a4_a_change_that_looks_like_none_is_listed() {
    let mut before = graph("s");
    before.nodes[0].data.config = object(json!({ "channel": "#general", "text": "pay ⟨U+202E⟩" }));
    let config = Some(object(json!({ "text": "pay \u{202e}" })));
    let change = Action::UpdateNode { node_id: "s".into(), label: None, config, position: None, settings: None };
    let proposed = propose(&before, &[change], &RULES);
    assert_eq!(proposed[0].fields.len(), 1);
    assert!(proposed[0].risks.contains(&Risk::HiddenText));
}

#[test]
fn a4_what_is_shown_hides_nothing_wherever_the_text_came_from() {
    let bad = "x\u{202e}\u{200b}y";
    let mut before = graph("t -> a, a -> b");
    before.nodes.iter_mut().for_each(|node| node.data.label = bad.to_owned());
    let mut actions = notation::batch("~a, t x a, -b, a -> b");
    actions.push(Action::GenerateWorkflow { definition: before.clone() });
    let mut odd = add("h9");
    let Action::AddNode { connector_id, config, .. } = &mut odd else { panic!() };
    bad.clone_into(connector_id);
    config.insert(bad.to_owned(), json!([bad]));
    actions.push(odd);
    for one in propose(&before, &actions, &RULES) {
        let fields =
            one.fields.iter().flat_map(|field| [Some(&field.name), field.before.as_ref(), field.after.as_ref()]);
        for text in fields.flatten().chain([&one.title]).chain(one.problems.iter().map(|problem| &problem.message)) {
            assert!(!hides_something(text), "{text:?}");
        }
        assert!(one.problems.iter().all(|problem| !hides_something(&problem.path)));
    }
    let mut after = before.clone();
    let removed = after.nodes.remove(1);
    after.edges.clear();
    let note = summary(&before, &after, &bridge_workflow::difference(&before, &after));
    assert!(!hides_something(&note) && note.contains("removed x⟨U+202E⟩"), "{note} {removed:?}");
}
