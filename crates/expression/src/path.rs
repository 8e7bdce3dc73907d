//! Paths: the expressions that need no interpreter. What is not a path here is not wrong, only left to JavaScript.

use serde_json::{Number, Value};

use crate::absent;
use crate::scan::{Kind, Token, string_content};
use crate::value::Member;

/// A path: where it begins and what it goes through.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Path {
    pub root: Root,
    pub members: Vec<Member>,
}

/// Where a path begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Root {
    /// `$json`.
    Json,
    /// `$binary`.
    Binary,
    /// `$input`, one or all of its items.
    Input(Reach),
    /// Another node's output, one or all of its items.
    Node(Source),
    /// `$now`.
    Now,
    /// `$today`.
    Today,
    /// `$workflow`.
    Workflow,
    /// `$execution`.
    Execution,
    /// `$vars`.
    Variables,
    /// `$env`: always empty, because the process's environment may hold keys.
    Environment,
    /// `$itemIndex`.
    ItemIndex,
    /// `$runIndex`.
    RunIndex,
    /// `$prevNode`.
    Previous,
    /// `$input.params`, or those of the node with this label.
    Parameters(Option<String>),
    /// A literal; nothing for `undefined`.
    Literal(Option<Value>),
}

/// Items of another node.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Source {
    /// The node's label.
    pub node: String,
    /// Which of its items.
    pub reach: Reach,
}

/// Which items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Reach {
    /// The one that belongs to the current item.
    Paired,
    /// The first of an output.
    First(usize),
    /// The last of an output.
    Last(usize),
    /// All of an output.
    All(usize),
}

/// The path that these tokens are, if they are one.
pub(crate) fn parse(text: &str, tokens: &[Token]) -> Option<Path> {
    let mut reader = Reader { text, tokens, at: 0 };
    let root = reader.root()?;
    let members = reader.members()?;
    // Times have methods and fields of their own; what is not there of the run says so there.
    let special = match (&root, members.first()) {
        (_, None) => false,
        (Root::Now | Root::Today, Some(_)) => true,
        (Root::Execution, Some(member)) => member.name().is_some_and(absent::of_execution),
        _ => false,
    };
    (reader.at == tokens.len() && !special).then_some(Path { root, members })
}

/// A path within JavaScript, and what is read from it on the way.
#[derive(Debug)]
pub(crate) struct Chain {
    pub root: Root,
    /// Its first byte.
    pub start: usize,
    /// The byte behind the root.
    pub root_end: usize,
    pub links: Vec<Link>,
}

/// A member in a chain.
#[derive(Debug)]
pub(crate) struct Link {
    pub member: Member,
    /// Whether it is read by `?.`.
    pub is_optional: bool,
    /// The byte behind it.
    pub end: usize,
}

/// The paths that these tokens contain, each as long as it is plain.
pub(crate) fn chains(text: &str, tokens: &[Token]) -> Vec<Chain> {
    let mut chains = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at)).map(|token| token.text(text));
        if token.kind == Kind::Identifier && token.text(text).starts_with('$') && !matches!(before, Some("." | "?.")) {
            let reader = Reader { text, tokens: &tokens[at..], at: 0 };
            chains.extend(reader.chain());
        }
    }
    chains
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<(Kind, &'a str)> {
        self.tokens.get(self.at).map(|token| (token.kind, token.text(self.text)))
    }

    fn take(&mut self, expected: &str) -> bool {
        let found = self.peek().is_some_and(|(_, text)| text == expected);
        self.at += usize::from(found);
        found
    }

    fn root(&mut self) -> Option<Root> {
        let (kind, text) = self.peek()?;
        self.at += 1;
        let name = match kind {
            Kind::Text => return Some(Root::Literal(Some(Value::String(string_content(text)?)))),
            Kind::Number => return number(text).map(|number| Root::Literal(Some(number))),
            Kind::Punctuator if text == "-" => {
                let (_, digits) = self.peek().filter(|(kind, _)| *kind == Kind::Number)?;
                self.at += 1;
                return number(&format!("-{digits}")).map(|number| Root::Literal(Some(number)));
            }
            Kind::Identifier => text,
            Kind::Template | Kind::Pattern | Kind::Punctuator => return None,
        };
        Some(match name {
            "$json" => Root::Json,
            "$binary" => Root::Binary,
            "$input" if self.parameters() => Root::Parameters(None),
            "$input" => Root::Input(self.reach()?),
            "$" => {
                let node = self.text_argument()?;
                self.node(node)?
            }
            "$node" => {
                let node = self.node_member()?;
                Root::Node(Source { node, reach: Reach::Paired })
            }
            "$items" => self.items()?,
            "$now" => Root::Now,
            "$today" => Root::Today,
            "$workflow" => Root::Workflow,
            "$execution" => Root::Execution,
            "$vars" => Root::Variables,
            "$env" => Root::Environment,
            "$itemIndex" => Root::ItemIndex,
            "$runIndex" => Root::RunIndex,
            "$prevNode" => Root::Previous,
            "true" => Root::Literal(Some(Value::Bool(true))),
            "false" => Root::Literal(Some(Value::Bool(false))),
            "null" => Root::Literal(Some(Value::Null)),
            "undefined" => Root::Literal(None),
            _ => return None,
        })
    }

    fn node(&mut self, node: String) -> Option<Root> {
        if self.parameters() {
            return Some(Root::Parameters(Some(node)));
        }
        let reach = self.reach()?;
        Some(Root::Node(Source { node, reach }))
    }

    /// `.params`.
    fn parameters(&mut self) -> bool {
        let word = |at: usize| self.tokens.get(at).map(|token| token.text(self.text));
        let found = matches!(word(self.at), Some("." | "?.")) && word(self.at + 1) == Some("params");
        self.at += if found { 2 } else { 0 };
        found
    }

    /// `("Name")`.
    fn text_argument(&mut self) -> Option<String> {
        let text = self.take("(").then(|| self.text())??;
        self.take(")").then_some(text)
    }

    fn text(&mut self) -> Option<String> {
        let (kind, text) = self.peek()?;
        self.at += 1;
        (kind == Kind::Text).then(|| string_content(text))?
    }

    /// `["Name"]` or `.Name`.
    fn node_member(&mut self) -> Option<String> {
        if self.take("[") {
            let name = self.text()?;
            return self.take("]").then_some(name);
        }
        let (kind, name) = self.take(".").then(|| self.peek())??;
        self.at += 1;
        (kind == Kind::Identifier).then(|| name.to_owned())
    }

    /// `.item`, `.first()`, `.last()`, `.all()`, with the number of an output.
    fn reach(&mut self) -> Option<Reach> {
        if !self.take(".") && !self.take("?.") {
            return None;
        }
        let (_, name) = self.peek()?;
        self.at += 1;
        if name == "item" {
            return Some(Reach::Paired);
        }
        let kind = match name {
            "first" => Reach::First,
            "last" => Reach::Last,
            "all" => Reach::All,
            _ => return None,
        };
        if !self.take("(") {
            return None;
        }
        let output = if self.take(")") { 0 } else { self.whole_number(")")? };
        Some(kind(output))
    }

    /// `$items()`, `$items("Name")` or `$items("Name", 1)`.
    fn items(&mut self) -> Option<Root> {
        if !self.take("(") {
            return None;
        }
        if self.take(")") {
            return Some(Root::Input(Reach::All(0)));
        }
        let node = self.text()?;
        let output = if self.take(")") { 0 } else { self.take(",").then(|| self.whole_number(")"))?? };
        Some(Root::Node(Source { node, reach: Reach::All(output) }))
    }

    fn whole_number(&mut self, closing: &str) -> Option<usize> {
        let (_, text) = self.peek()?;
        self.at += 1;
        let number = text.parse().ok()?;
        self.take(closing).then_some(number)
    }

    fn members(&mut self) -> Option<Vec<Member>> {
        let mut members = Vec::new();
        while self.at < self.tokens.len() {
            members.push(self.member()?.0);
        }
        Some(members)
    }

    /// The next member, and whether it is optional.
    fn member(&mut self) -> Option<(Member, bool)> {
        let optional = self.take("?.");
        if self.take("[") {
            return Some((self.element()?, optional));
        }
        if !optional && !self.take(".") {
            return None;
        }
        let (kind, name) = self.peek()?;
        self.at += 1;
        (kind == Kind::Identifier).then(|| (Member::Name(name.to_owned()), optional))
    }

    fn chain(mut self) -> Option<Chain> {
        let start = self.tokens.first()?.start;
        let root = self.root()?;
        let root_end = self.end();
        let mut links = Vec::new();
        while let Some((member, is_optional)) = self.member() {
            links.push(Link { member, is_optional, end: self.end() });
        }
        Some(Chain { root, start, root_end, links })
    }

    /// The byte behind the last token that was taken.
    fn end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |token| token.end)
    }

    /// What is between square brackets: a text or a whole number.
    fn element(&mut self) -> Option<Member> {
        let (kind, text) = self.peek()?;
        let member = match kind {
            Kind::Text => {
                self.at += 1;
                Member::Name(string_content(text)?)
            }
            Kind::Number => return self.whole_number("]").map(Member::Index),
            _ => return None,
        };
        self.take("]").then_some(member)
    }
}

/// A number literal that JSON and JavaScript write alike; others are left to JavaScript.
fn number(text: &str) -> Option<Value> {
    let number: Number = serde_json::from_str(text).ok()?;
    if number.as_f64() == Some(0.0) {
        return Some(Value::from(0));
    }
    let exact = number.as_i64().is_none_or(|whole| whole.unsigned_abs() < 1 << 53);
    (exact && number.as_u64().is_none_or(|whole| whole < 1 << 53)).then_some(Value::Number(number))
}
