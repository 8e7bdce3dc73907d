//! What the assistant does not do, said plainly: running, settings, keys, other workflows, small talk.

use super::{Room, help};
use crate::answer::Answer;
use crate::read::grammar::WORKFLOW;
use crate::read::tokens::{Kind, Token};
use crate::step::heads;

const GREETINGS: &[&str] = &[
    "hi",
    "hello",
    "hey",
    "hallo",
    "good",
    "morning",
    "afternoon",
    "evening",
    "there",
    "moin",
    "howdy",
    "greetings",
    "yo",
    "servus",
    "guten",
    "tag",
    "bridge",
    "assistant",
    "how",
    "are",
    "you",
    "doing",
    "today",
];
const THANKS: &[&str] = &[
    "thanks", "thank", "you", "thx", "ty", "cheers", "danke", "great", "perfect", "nice", "cool", "ok", "okay", "so",
    "much", "very", "awesome", "good", "job", "that", "is", "thats", "it", "a", "lot", "many", "super", "well", "done",
    "for", "the", "help", "your", "all",
];
const HELP: &[&str] = &[
    "help",
    "me",
    "please",
    "what",
    "can",
    "you",
    "do",
    "i",
    "who",
    "are",
    "how",
    "does",
    "this",
    "work",
    "for",
    "commands",
    "options",
    "to",
    "need",
    "your",
    "abilities",
    "capabilities",
    "with",
    "ask",
    "could",
    "some",
    "examples",
    "example",
    "show",
    "a",
    "an",
    "give",
];
const CREATIVE: &[&str] = &[
    "poem",
    "poems",
    "joke",
    "jokes",
    "story",
    "stories",
    "song",
    "songs",
    "essay",
    "haiku",
    "recipe",
    "lyrics",
    "novel",
    "riddle",
    "horoscope",
    "homework",
    "limerick",
];
const WORLD: &[&str] = &[
    "weather",
    "news",
    "president",
    "capital",
    "football",
    "bitcoin",
    "movie",
    "restaurant",
    "meaning",
    "life",
    "birthday",
    "time",
];

/// An answer to what the assistant does not do, or to mere courtesy.
pub(crate) fn outside(room: &Room<'_, '_>, tokens: &[Token]) -> Option<Answer> {
    let empty = room.briefing.definition.as_ref().is_none_or(|definition| definition.nodes.is_empty());
    if !tokens.iter().any(|token| token.kind == Kind::Word || token.is_value()) {
        return Some(Answer::say(format!("I found no request in your message.\n\n{}", help::abilities(empty))));
    }
    if help::only(tokens, GREETINGS) && !tokens[0].is(&["how", "are", "you", "today"]) {
        return Some(Answer::say(help::greeting(empty)));
    }
    if help::only(tokens, THANKS) && !tokens[0].is(&["help", "your", "your", "it", "that", "you", "for", "the", "all"])
    {
        return Some(Answer::say(help::thanks()));
    }
    if help::only(tokens, HELP)
        && tokens.iter().any(|token| {
            token.is(&[
                "help",
                "can",
                "do",
                "who",
                "commands",
                "options",
                "abilities",
                "capabilities",
                "examples",
                "example",
            ])
        })
    {
        return Some(Answer::say(help::abilities(empty)));
    }
    let start = heads::skip_polite(tokens, &(0..tokens.len()));
    let rest = &tokens[start..];
    let words = Words(rest);
    refusal(&words).map(|text| Answer::say(format!("{text} Say “help” for what I can do.")))
}

struct Words<'t>(&'t [Token]);

impl Words<'_> {
    fn has(&self, words: &[&str]) -> bool {
        self.0.iter().any(|token| token.is(words))
    }

    fn opens(&self, words: &[&str]) -> bool {
        self.0.first().is_some_and(|token| token.is(words))
    }

    /// Whether there is nothing but these words.
    fn only(&self, words: &[&str]) -> bool {
        self.0.iter().filter(|token| token.kind != Kind::Mark).all(|token| token.is(words) || token.is(WORKFLOW))
    }

    fn short(&self, most: usize) -> bool {
        self.0.len() <= most
    }
}

fn refusal(words: &Words<'_>) -> Option<&'static str> {
    const AROUND: &[&str] = &[
        "the", "this", "my", "it", "now", "all", "once", "please", "that", "whole", "entire", "again", "current", "to",
        "a", "test", "for", "me", "up", "runs", "run", "of",
    ];
    let about_it = |verbs: &[&str]| words.opens(verbs) && Words(&words.0[1..]).only(AROUND) && words.short(8);
    if about_it(&["run", "execute", "start", "trigger", "launch", "test", "debug", "stop", "cancel", "pause"])
        && words.0.len() > 1
        || words.only(&["run", "it"]) && words.opens(&["run"])
    {
        return Some("I cannot run or stop a workflow; I only propose changes to it. Press Run to run it.");
    }
    if about_it(&[
        "activate",
        "deactivate",
        "enable",
        "disable",
        "publish",
        "deploy",
        "save",
        "export",
        "import",
        "share",
        "open",
        "close",
        "schedule",
    ]) && words.0.len() > 1
    {
        return Some("I cannot do that from here; I only propose changes to the nodes and connections on the canvas.");
    }
    if words.opens(&["undo", "redo", "revert", "rollback"]) && words.short(8) {
        return Some("I cannot undo or redo: use Undo and Redo above the canvas, or the list of versions.");
    }
    if words.opens(&["move", "drag", "align", "arrange", "zoom", "resize", "center", "scroll"])
        && !words.has(&["schedule", "every", "after", "before", "file"])
    {
        return Some("I do not place nodes on the canvas: drag them where you want them.");
    }
    if words.opens(&["apply", "approve", "accept", "reject", "confirm"]) && words.short(8) {
        return Some("I cannot approve my own proposals: use Accept or Reject below the message.");
    }
    let secret = words.has(&["password", "passwords", "secret", "secrets", "credential", "credentials", "token"])
        || words.has(&["key", "keys"]) && words.has(&["api", "your", "the", "my", "secret", "openai", "anthropic"]);
    if secret
        && words.opens(&[
            "tell", "show", "give", "print", "reveal", "read", "what", "whats", "list", "set", "change", "save",
            "store", "delete", "remove", "add", "enter", "use", "send",
        ])
        && !words.has(&["node", "step", "slack", "webhook", "http", "request"])
    {
        return Some(
            "I have no access to keys, passwords or other credentials, and I do not need any. They are kept in the system's keychain and managed on the settings page.",
        );
    }
    let setting = words.has(&["theme", "language", "preferences", "font"])
        || words.has(&["settings"]) && !words.has(&["of", "node", "for"])
        || words.has(&["dark", "light"]) && words.has(&["mode"])
        || words.has(&["provider"])
            && words.opens(&["switch", "change", "use", "set"])
            && words.has(&["default", "your", "assistant"]);
    if setting
        && words.opens(&[
            "change", "set", "open", "switch", "use", "show", "turn", "make", "update", "enable", "activate", "edit",
            "go",
        ])
        && words.short(12)
    {
        return Some("I cannot change the application's settings; you find them on the settings page.");
    }
    let plural = words.has(&["workflows", "flows", "automations"]);
    if plural
        && words.opens(&[
            "delete",
            "remove",
            "list",
            "show",
            "open",
            "rename",
            "erase",
            "export",
            "wipe",
            "drop",
            "duplicate",
            "copy",
            "run",
            "clear",
        ])
    {
        return Some(
            "I only see the workflow on this canvas, so I cannot do anything with other workflows. They are managed in the workflow list.",
        );
    }
    let creative = words.has(CREATIVE)
        && words.opens(&[
            "write", "tell", "sing", "make", "compose", "create", "give", "recite", "say", "generate", "read", "do",
        ])
        && !words.has(&[
            "workflow", "slack", "email", "webhook", "every", "when", "send", "telegram", "file", "model", "ai",
            "daily",
        ]);
    let asks = words
        .opens(&["what", "whats", "how", "hows", "who", "whos", "tell", "is", "will", "where", "when", "show", "do"]);
    let world = words.has(WORLD)
        && asks
        && words.short(12)
        && !words.has(&[
            "workflow", "node", "send", "webhook", "zone", "timeout", "run", "schedule", "trigger", "wait", "error",
            "slack", "email",
        ]);
    if creative || world {
        return Some("That is outside what I can do: I know only workflows, their nodes and the connectors.");
    }
    None
}
