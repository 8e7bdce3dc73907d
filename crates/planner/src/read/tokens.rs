//! Text to tokens: words, numbers, times, quotations, addresses, marks. Linear in the length of the text.
//!
//! Nothing here knows what a word means; a quotation is one token, whatever it holds.

use super::scan;
use super::words::{fold, stem};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// A word, or a dotted path such as `order.total`.
    Word,
    /// A number as written in `text`, without thousands separators.
    Number,
    /// `2nd`; `text` holds the digits.
    Ordinal,
    /// A clock time with minutes, `9:30`.
    Clock,
    /// What stood between quotation marks.
    Quoted,
    /// A web address.
    Url,
    /// An e-mail address.
    Email,
    /// `#general`.
    Channel,
    /// `@anna`.
    Mention,
    /// A file name or path.
    Path,
    /// `{{ … }}`, braces included.
    Expression,
    /// `>`, `>=`, `=`, `!=` …
    Operator,
    /// A line's end.
    NewLine,
    /// Other punctuation, one character, in `text`.
    Mark,
}

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: Kind,
    /// As written; without its marks for a quotation.
    pub text: String,
    /// [`fold`] of a word, corrected where it was misspelt; empty for everything else.
    pub word: String,
    /// [`stem`] of `word`.
    pub stem: String,
    /// First byte in the text.
    pub start: usize,
    /// One past the last byte in the text.
    pub end: usize,
}

impl Token {
    fn new(kind: Kind, text: impl Into<String>, start: usize, end: usize) -> Self {
        Self { kind, text: text.into(), word: String::new(), stem: String::new(), start, end }
    }

    fn word(text: &str, start: usize) -> Self {
        let mut token = Self::new(Kind::Word, text, start, start + text.len());
        token.spell(&fold(text));
        token
    }

    /// Sets what the word is taken for.
    pub(crate) fn spell(&mut self, word: &str) {
        word.clone_into(&mut self.word);
        self.stem = stem(word);
    }

    /// Whether it is one of these words, as written, without stemming.
    pub(crate) fn is(&self, words: &[&str]) -> bool {
        self.kind == Kind::Word && words.contains(&self.word.as_str())
    }

    /// Whether it is this mark.
    pub(crate) fn is_mark(&self, mark: &str) -> bool {
        self.kind == Kind::Mark && self.text == mark
    }

    /// Whether it is a value that stands for itself.
    pub(crate) fn is_value(&self) -> bool {
        !matches!(self.kind, Kind::Word | Kind::Operator | Kind::NewLine | Kind::Mark)
    }
}

/// All tokens of a text.
pub(crate) fn tokenize(text: &str) -> Vec<Token> {
    tokenize_start(text, usize::MAX)
}

/// The first tokens of a text; what comes after as many as this is not looked at.
pub(crate) fn tokenize_start(text: &str, most: usize) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut unclosed = scan::Unclosed::default();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next().filter(|_| tokens.len() < most) {
        let rest = &text[at..];
        let before = text[..at].chars().next_back();
        let at_boundary = before.is_none_or(|letter| !letter.is_alphanumeric());
        let next = if first == '\n' {
            tokens.push(Token::new(Kind::NewLine, "\n", at, at + 1));
            at + 1
        } else if first.is_whitespace() || scan::is_invisible(first) {
            at + first.len_utf8()
        } else if let Some(token) = special(rest, at, at_boundary, &mut unclosed) {
            let end = token.end;
            tokens.push(token);
            end
        } else if first.is_ascii_digit() {
            number(rest, at, &mut tokens)
        } else if first.is_alphanumeric() || first == '_' {
            let word = scan::word(rest);
            tokens.push(word_or_file(word, at));
            at + word.len()
        } else {
            tokens.push(Token::new(Kind::Mark, first.to_string(), at, at + first.len_utf8()));
            at + first.len_utf8()
        };
        at = next;
    }
    tokens
}

/// Tokens that are more than a word, a number or a mark.
fn special(rest: &str, at: usize, at_boundary: bool, unclosed: &mut scan::Unclosed) -> Option<Token> {
    if let Some((len, expression)) = scan::expression(rest) {
        return Some(Token::new(Kind::Expression, expression, at, at + len));
    }
    if let Some((len, inner)) = scan::quotation(rest, at, at_boundary, unclosed) {
        return Some(quoted(inner, at, at + len));
    }
    if let Some((len, arrow)) = scan::operator(rest) {
        let kind = if arrow == "→" { Kind::Mark } else { Kind::Operator };
        return Some(Token::new(kind, arrow, at, at + len));
    }
    if !at_boundary {
        return None;
    }
    if let Some((len, address)) = scan::url(rest) {
        return Some(Token::new(Kind::Url, address, at, at + len));
    }
    if let Some(address) = scan::email(rest) {
        return Some(Token::new(Kind::Email, address, at, at + address.len()));
    }
    if let Some((kind, name)) = scan::tagged(rest) {
        return Some(Token::new(kind, name, at, at + name.len()));
    }
    scan::path(rest).map(|path| Token::new(Kind::Path, path, at, at + path.len()))
}

/// A quotation; one that holds nothing but an address or a path is that.
fn quoted(inner: &str, start: usize, end: usize) -> Token {
    let trimmed = inner.trim();
    if let Some((_, address)) = scan::url(trimmed).filter(|(len, _)| *len == trimmed.len()) {
        return Token::new(Kind::Url, address, start, end);
    }
    if scan::email(trimmed).is_some_and(|address| address.len() == trimmed.len()) {
        return Token::new(Kind::Email, trimmed, start, end);
    }
    if scan::path(trimmed).is_some_and(|path| path.len() == trimmed.len()) {
        return Token::new(Kind::Path, trimmed, start, end);
    }
    Token::new(Kind::Quoted, inner, start, end)
}

fn word_or_file(word: &str, at: usize) -> Token {
    if scan::is_file_name(word) {
        return Token::new(Kind::Path, word, at, at + word.len());
    }
    if matches!(word, "e-mail" | "E-mail" | "E-Mail" | "E-MAIL" | "e-mails" | "E-Mails") {
        let mut token = Token::new(Kind::Word, word, at, at + word.len());
        token.spell("email");
        return token;
    }
    Token::word(word, at)
}

/// Whether letters right behind digits make an identifier of both, such as `1AbC`, rather than a unit.
fn is_identifier(glued: &str) -> bool {
    glued.starts_with(char::is_alphabetic)
        && glued.len() > 1
        && (glued.contains(|c: char| c.is_ascii_digit() || c == '_')
            || glued.contains(char::is_lowercase) && glued.contains(char::is_uppercase)
            || glued.len() > 8)
}

/// A number, a clock time or an ordinal, and the word that is written without a space behind it (`5m`, `9am`).
fn number(rest: &str, at: usize, tokens: &mut Vec<Token>) -> usize {
    let (len, digits) = scan::digits(rest);
    let negative = tokens.last().is_some_and(|last| last.is_mark("-") && last.end == at)
        && tokens.len().checked_sub(2).and_then(|index| tokens.get(index)).is_none_or(|token| token.end < at - 1);
    let after = &rest[len..];
    if let Some(minutes) = scan::minutes(after) {
        tokens.push(Token::new(Kind::Clock, format!("{digits}:{minutes}"), at, at + len + 3));
        return at + len + 3;
    }
    let suffix = ["st", "nd", "rd", "th"]
        .into_iter()
        .find(|suffix| after.starts_with(suffix) && !after[2..].starts_with(|next: char| next.is_alphanumeric()));
    if suffix.is_some() {
        tokens.push(Token::new(Kind::Ordinal, digits, at, at + len + 2));
        return at + len + 2;
    }
    let glued = scan::word(after);
    if is_identifier(glued) {
        tokens.push(Token::word(&rest[..len + glued.len()], at));
        return at + len + glued.len();
    }
    if negative {
        tokens.pop();
        tokens.push(Token::new(Kind::Number, format!("-{digits}"), at - 1, at + len));
    } else {
        tokens.push(Token::new(Kind::Number, digits, at, at + len));
    }
    if glued.starts_with(|first: char| first.is_alphabetic()) {
        tokens.push(Token::word(glued, at + len));
        return at + len + glued.len();
    }
    at + len
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        tokenize(text).iter().map(|token| format!("{:?}({})", token.kind, token.text)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn values_are_single_tokens() {
        assert_eq!(
            shown("GET https://a.example/x?y=1, mail anna@b.example; post to #ops at 9:30pm"),
            "Word(GET) Url(https://a.example/x?y=1) Mark(,) Word(mail) Email(anna@b.example) Mark(;) Word(post) Word(to) \
             Channel(#ops) Word(at) Clock(9:30) Word(pm)"
        );
        assert_eq!(shown("'a b' “c, d” „e“ »f« it's"), "Quoted(a b) Quoted(c, d) Quoted(e) Quoted(f) Word(it's)");
        assert_eq!(
            shown("1,000.5 -5 2nd 5m 3."),
            "Number(1000.5) Number(-5) Ordinal(2) Number(5) Word(m) Number(3) Mark(.)"
        );
        assert_eq!(
            shown("{{ $json.a }} $json.b.c ="),
            "Expression({{ $json.a }}) Expression({{ $json.b.c }}) Operator(=)"
        );
        assert_eq!(
            shown("order.total /tmp/x.txt report.csv a->b"),
            "Word(order.total) Path(/tmp/x.txt) Path(report.csv) Word(a) Mark(→) Word(b)"
        );
    }

    #[test]
    fn unclosed_quotes_are_marks_and_stay_linear() {
        let text = "«ab ".repeat(50_000);
        assert_eq!(tokenize(&text).len(), 100_000);
    }
}
