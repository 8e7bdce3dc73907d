//! Parameters whose shape says how people give them: what to sort by, how many items, which fields, a table, a repository.
//!
//! Goes by the schemas alone; no connector is known here.

use bridge_domain::ActionManifest;
use serde_json::{Value, json};

use super::fill::Filler;
use crate::read::comparison::{field_word, json_number};
use crate::read::grammar::{ARTICLES, FILLER};
use crate::read::lexicon::{properties, required, text_of};
use crate::read::tokens::{Kind, Token};

/// Words that turn an order round.
const DOWN: &[&str] = &[
    "descending",
    "desc",
    "highest",
    "largest",
    "biggest",
    "newest",
    "latest",
    "decreasing",
    "reverse",
    "reversed",
    "backwards",
    "most",
];
/// Words that say an order and no field.
const ORDER: &[&str] = &[
    "ascending",
    "asc",
    "lowest",
    "smallest",
    "oldest",
    "earliest",
    "increasing",
    "order",
    "alphabetically",
    "first",
    "last",
    "down",
    "up",
    "field",
    "fields",
    "column",
    "value",
    "values",
    "items",
    "same",
    "in",
    "on",
    "with",
];
/// Names told at most.
const MOST: usize = 20;

impl Filler<'_> {
    /// Reads what has a shape of its own.
    pub(super) fn shaped(&mut self) {
        self.order();
        self.compared_fields();
        self.list_field();
        self.found_fields();
        self.table();
        self.repository();
        self.count();
    }

    /// `by amount descending and name`.
    fn order(&mut self) {
        let list = properties(self.action).find(|(_, schema)| {
            let item = |name: &str| schema.pointer(&format!("/items/properties/{name}")).is_some();
            item("field") && item("direction")
        });
        let Some((name, _)) = list else { return };
        let turned = self.tokens.iter().any(|token| token.is(DOWN));
        let Some(from) = self.behind(&["by"]) else { return };
        let mut keys: Vec<Value> = Vec::new();
        for part in parts(&self.tokens[from..]) {
            let Some(field) = part.iter().find(|token| names_field(token)) else { continue };
            let only = parts(&self.tokens[from..]).count() == 1;
            let down = part.iter().any(|token| token.is(DOWN)) || only && turned;
            let direction = if down { "descending" } else { "ascending" };
            keys.push(json!({"field": field_name(field), "direction": direction}));
        }
        keys.truncate(MOST);
        if !keys.is_empty() {
            self.put(name, Value::Array(keys));
        }
    }

    /// `by email and name`, where fields to compare can be chosen.
    fn compared_fields(&mut self) {
        let choice = properties(self.action).find(|(_, schema)| {
            schema["enum"].as_array().is_some_and(|options| options.contains(&json!("selected_fields")))
        });
        let (Some((choice, _)), Some(from)) = (choice, self.behind(&["by", "same", "on"])) else { return };
        let names = names(&self.tokens[from..]);
        if properties(self.action).any(|(name, _)| name == "fields") && !names.is_empty() {
            self.put(choice, json!("selected_fields"));
            self.put("fields", json!(names.join(", ")));
        }
    }

    /// `the list orders`, `split orders into items`, for an action that takes one field with a list.
    fn list_field(&mut self) {
        let takes =
            |(name, schema): &(&str, &Value)| *name == "field" && text_of(schema, "description").contains("list");
        if !properties(self.action).any(|one| takes(&one)) || !required(self.action).any(|name| name == "field") {
            return;
        }
        let tokens = self.tokens;
        let noun = |token: &Token| token.is(&["list", "array", "field", "lists"]);
        let said = |token: &&Token| names_field(token) && !noun(token) && !token.is(&["split", "out", "items", "item"]);
        let behind = tokens.iter().position(noun).map_or(0, |at| at + 1);
        let end = tokens.iter().position(|token| token.is(&["into", "to"])).unwrap_or(tokens.len());
        let found = tokens[behind.min(end)..end].iter().find(said);
        let before = || tokens[..behind.saturating_sub(1).min(end)].iter().rfind(said);
        if let Some(field) = found.or_else(before) {
            let name = field_name(field);
            self.put("field", json!(name));
        }
    }

    /// `extract name and total from the text`, for an action that finds fields by their names.
    fn found_fields(&mut self) {
        let list = properties(self.action).find(|(_, schema)| {
            let required = schema.pointer("/items/required").and_then(Value::as_array);
            schema.pointer("/items/properties/type").is_some()
                && required.is_some_and(|all| *all == vec![json!("name")])
        });
        let Some((name, _)) = list.filter(|_| properties(self.action).any(|(name, _)| name == "text")) else { return };
        let verb = |token: &Token| matches!(token.stem.as_str(), "extract" | "find" | "read" | "get" | "pars" | "pull");
        let Some(from) = self.tokens.iter().position(verb).map(|at| at + 1) else { return };
        let leads_on = |token: &Token| token.is(&["from", "out", "of", "with", "using", "in", "via", "by"]);
        let end = self.tokens[from..].iter().position(leads_on).map_or(self.tokens.len(), |at| from + at);
        let fields: Vec<Value> = names(&self.tokens[from..end])
            .into_iter()
            .filter(|name| !["fields", "data", "information", "details", "values", "text"].contains(&name.as_str()))
            .map(|name| json!({"name": name}))
            .collect();
        if !fields.is_empty() {
            self.put(name, Value::Array(fields));
        }
    }

    /// `table customers`, `the customers table`.
    fn table(&mut self) {
        if !required(self.action).any(|name| name == "table") {
            return;
        }
        let said = |token: &&Token| {
            matches!(token.kind, Kind::Quoted)
                || names_field(token)
                    && !token.is(&["data", "rows", "row", "table", "tables", "insert", "store", "database"])
        };
        let Some(at) = self.tokens.iter().position(|token| token.is(&["table"])) else { return };
        let behind = self.tokens[at + 1..]
            .iter()
            .find(|token| !token.is(ARTICLES) && !token.is(&["called", "named"]) && token.kind != Kind::Mark);
        let before = self.tokens[..at].last();
        if let Some(name) = behind.filter(said).or(before.filter(said)) {
            let name = name.text.clone();
            self.put("table", json!(name));
        }
    }

    /// `in acme/site`.
    fn repository(&mut self) {
        let takes = |wanted: &str| required(self.action).any(|name| name == wanted);
        if !takes("owner") || !takes("repository") {
            return;
        }
        let plain = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        };
        let words = self.text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()));
        let here = |word: &&str| self.tokens.iter().any(|token| word.contains(token.text.trim_matches('/')));
        let found = words.filter(here).find_map(|word| {
            let (owner, repository) = word.strip_prefix("https://github.com/").unwrap_or(word).split_once('/')?;
            (plain(owner) && plain(repository)).then(|| (owner.to_owned(), repository.to_owned()))
        });
        if let Some((owner, repository)) = found {
            self.put("owner", json!(owner));
            self.put("repository", json!(repository));
        }
    }

    /// `10`, where the action takes a single number and nothing else was meant by it.
    fn count(&mut self) {
        let wanted = |action: &ActionManifest| -> Vec<String> {
            let numeric = |name: &&str| {
                let kind = properties(action).find(|(one, _)| one == name).map(|(_, schema)| text_of(schema, "type"));
                matches!(kind, Some("integer" | "number"))
            };
            required(action).filter(numeric).map(str::to_owned).collect()
        };
        let numbers: Vec<&Token> = self.tokens.iter().filter(|token| token.kind == Kind::Number).collect();
        if let ([name], [number]) = (wanted(self.action).as_slice(), numbers.as_slice())
            && super::fill::unit_parameter(self.action).is_none()
            && let Ok(number) = number.text.parse()
        {
            self.put(name, Value::Number(json_number(number)));
        }
    }

    fn put(&mut self, name: &str, value: Value) {
        if !self.config.contains_key(name) {
            self.config.insert(name.to_owned(), value);
        }
    }

    /// The first token behind one of these words.
    fn behind(&self, words: &[&str]) -> Option<usize> {
        self.tokens.iter().rposition(|token| token.is(words)).map(|at| at + 1).filter(|at| *at < self.tokens.len())
    }
}

/// Between `and`, `then` and commas.
fn parts(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    tokens.split(|token| token.is(&["and", "then"]) || token.is_mark(","))
}

/// The names of fields in a list of words.
fn names(tokens: &[Token]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in parts(tokens).take(MOST) {
        let words: Vec<String> = part.iter().filter(|token| names_field(token)).map(field_name).collect();
        let name = words.join("_");
        if !name.is_empty() && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

fn names_field(token: &Token) -> bool {
    let word = token.kind == Kind::Word && !token.is(ARTICLES) && !token.is(ORDER) && !token.is(DOWN);
    matches!(token.kind, Kind::Quoted) && !token.text.trim().is_empty()
        || word && (!token.is(FILLER) || token.is(&["name", "date", "time", "text", "message", "id", "status"]))
}

fn field_name(token: &Token) -> String {
    if token.kind == Kind::Quoted { token.text.trim().to_owned() } else { field_word(token) }
}
