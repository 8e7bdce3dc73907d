//! Splits JavaScript into tokens: enough to know where an expression ends, to read paths, and to find the names of nodes.
//! Not a parser: it does not say whether what it splits is valid, and it evaluates nothing.

use crate::fault::Fault;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Identifier or keyword.
    Identifier,
    Number,
    /// String in single or double quotes, with them.
    Text,
    /// A piece of a template literal between its backticks and substitutions, with them.
    Template,
    /// Regular expression.
    Pattern,
    /// One character of an operator or bracket, or `?.`.
    Punctuator,
}

/// A token: what it is, and where, in bytes of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

impl Token {
    pub fn text<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// How far the code reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// To the end of the text.
    End,
    /// To the first `}}` outside all brackets, strings and comments.
    Braces,
}

/// A reader of tokens. It never goes back, and takes time linear in the text.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    until: Until,
    /// Brackets that are open, with their places; a template's substitution as `` ` ``.
    open: Vec<(u8, usize)>,
    /// Whether what came before ends an operand, so that `/` divides.
    operand: bool,
    /// No regular expression begins before this byte: an earlier search has found no end.
    no_pattern_before: usize,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str, at: usize, until: Until) -> Self {
        Self { text, bytes: text.as_bytes(), at, until, open: Vec::new(), operand: false, no_pattern_before: 0 }
    }

    /// All tokens, and the byte at which the code ends.
    pub fn all(mut self) -> Result<(Vec<Token>, usize), Fault> {
        let mut tokens = Vec::new();
        while let Some(token) = self.next()? {
            tokens.push(token);
        }
        Ok((tokens, self.at))
    }

    fn next(&mut self) -> Result<Option<Token>, Fault> {
        self.skip_space()?;
        let start = self.at;
        let Some(&byte) = self.bytes.get(start) else { return self.ended() };
        if self.at_end_braces() {
            return Ok(None);
        }
        let kind = match byte {
            b'"' | b'\'' => self.string(byte)?,
            b'`' => self.template(start)?,
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_some_and(|b| b.is_ascii_digit()) => self.number(),
            b'/' => match self.pattern_end() {
                Some(end) => self.pattern(end),
                None => return self.punctuator(byte).map(Some),
            },
            _ if is_identifier(byte) => self.identifier(),
            _ => return self.punctuator(byte).map(Some),
        };
        Ok(Some(Token { kind, start, end: self.at }))
    }

    fn ended(&self) -> Result<Option<Token>, Fault> {
        match (self.open.last(), self.until) {
            (Some(&(bracket, at)), _) => {
                let name = if bracket == b'`' { "${" } else { char_name(bracket) };
                Err(Fault::new(format!("`{name}` is never closed."), at, at + name.len()))
            }
            (None, Until::Braces) => Err(Fault::new("`{{` is never closed by `}}`.", self.at, self.at)),
            (None, Until::End) => Ok(None),
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn at_end_braces(&self) -> bool {
        self.until == Until::Braces && self.open.is_empty() && self.bytes[self.at..].starts_with(b"}}")
    }

    fn skip_space(&mut self) -> Result<(), Fault> {
        while let Some(c) = self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            if c.is_whitespace() || c == '\u{feff}' {
                self.at += c.len_utf8();
            } else if c == '/' && self.peek(1) == Some(b'/') {
                while self.peek(0).is_some_and(|b| b != b'\n') && !self.at_end_braces() {
                    self.at += 1;
                }
                // A character may have been cut by the byte-wise search only at `}}` or a line's end, both ASCII.
            } else if c == '/' && self.peek(1) == Some(b'*') {
                let start = self.at;
                let length = self.text[start + 2..].find("*/");
                let length = length.ok_or_else(|| Fault::new("`/*` is never closed by `*/`.", start, start + 2))?;
                self.at = start + 2 + length + 2;
            } else {
                break;
            }
        }
        Ok(())
    }

    fn string(&mut self, quote: u8) -> Result<Kind, Fault> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek(0) {
                None | Some(b'\n') => {
                    return Err(Fault::new("A text is never closed by its quotation mark.", start, start + 1));
                }
                Some(b'\\') => self.at += 2,
                Some(byte) => {
                    self.at += 1;
                    if byte == quote {
                        self.operand = true;
                        return Ok(Kind::Text);
                    }
                }
            }
        }
    }

    /// Reads on behind a backtick or the brace that ends a substitution, up to the next of either.
    fn template(&mut self, start: usize) -> Result<Kind, Fault> {
        self.at += 1;
        loop {
            match self.peek(0) {
                None => return Err(Fault::new("A template text is never closed by a backtick.", start, start + 1)),
                Some(b'\\') => self.at += 2,
                Some(b'`') => {
                    self.at += 1;
                    self.operand = true;
                    return Ok(Kind::Template);
                }
                Some(b'$') if self.peek(1) == Some(b'{') => {
                    self.open.push((b'`', self.at));
                    self.at += 2;
                    self.operand = false;
                    return Ok(Kind::Template);
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn number(&mut self) -> Kind {
        let hexadecimal = self.peek(0) == Some(b'0') && matches!(self.peek(1), Some(b'x' | b'X'));
        while let Some(byte) = self.peek(0) {
            let exponent = !hexadecimal && matches!(byte, b'e' | b'E') && matches!(self.peek(1), Some(b'+' | b'-'));
            if exponent {
                self.at += 1;
            } else if !(byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_') {
                break;
            }
            self.at += 1;
        }
        self.operand = true;
        Kind::Number
    }

    /// The byte behind the closing slash of the regular expression that begins here, when one does.
    fn pattern_end(&mut self) -> Option<usize> {
        if self.operand || self.at < self.no_pattern_before {
            return None;
        }
        let mut at = self.at + 1;
        let mut in_class = false;
        loop {
            match self.bytes.get(at) {
                None | Some(b'\n') => {
                    self.no_pattern_before = at;
                    return None;
                }
                Some(b'\\') => at += 1,
                Some(b'[') => in_class = true,
                Some(b']') => in_class = false,
                Some(b'/') if !in_class => return Some(at + 1),
                Some(_) => {}
            }
            at += 1;
        }
    }

    fn pattern(&mut self, end: usize) -> Kind {
        self.at = end;
        while self.peek(0).is_some_and(|b| b.is_ascii_alphabetic()) {
            self.at += 1;
        }
        self.operand = true;
        Kind::Pattern
    }

    fn identifier(&mut self) -> Kind {
        let start = self.at;
        let rest = &self.text[start..];
        let length = rest.find(|c: char| !is_identifier_part(c)).unwrap_or(rest.len());
        self.at += length.max(1);
        self.operand = !matches!(
            &self.text[start..self.at],
            "return"
                | "typeof"
                | "case"
                | "in"
                | "of"
                | "delete"
                | "void"
                | "throw"
                | "new"
                | "instanceof"
                | "else"
                | "do"
                | "await"
                | "yield"
        );
        Kind::Identifier
    }

    fn punctuator(&mut self, byte: u8) -> Result<Token, Fault> {
        let start = self.at;
        let mut length = self.text[start..].chars().next().map_or(1, char::len_utf8);
        match byte {
            b'(' | b'[' | b'{' => {
                self.open.push((byte, start));
                self.operand = false;
            }
            b')' | b']' | b'}' => return self.close(byte),
            b'+' | b'-' if self.peek(1) == Some(byte) => length = 2,
            b'?' if self.peek(1) == Some(b'.') && !self.peek(2).is_some_and(|b| b.is_ascii_digit()) => {
                length = 2;
                self.operand = false;
            }
            _ => self.operand = false,
        }
        self.at += length;
        Ok(Token { kind: Kind::Punctuator, start, end: self.at })
    }

    fn close(&mut self, byte: u8) -> Result<Token, Fault> {
        let start = self.at;
        let opening = match byte {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        match self.open.pop() {
            Some((b'`', _)) if byte == b'}' => {
                let kind = self.template(start)?;
                Ok(Token { kind, start, end: self.at })
            }
            Some((open, _)) if open == opening => {
                self.at += 1;
                self.operand = true;
                Ok(Token { kind: Kind::Punctuator, start, end: self.at })
            }
            _ => Err(Fault::new(format!("`{}` closes nothing that is open.", char_name(byte)), start, start + 1)),
        }
    }
}

fn char_name(byte: u8) -> &'static str {
    match byte {
        b'(' => "(",
        b'[' => "[",
        b'{' => "{",
        b')' => ")",
        b']' => "]",
        _ => "}",
    }
}

fn is_identifier(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'$' | b'_') || byte >= 0x80
}

fn is_identifier_part(c: char) -> bool {
    c == '$' || c == '_' || c.is_alphanumeric() || matches!(c, '\u{200c}' | '\u{200d}')
}

/// The content of a string literal, given with its quotation marks. Nothing for an escape that is not valid.
pub(crate) fn string_content(literal: &str) -> Option<String> {
    let inner = literal.get(1..literal.len().checked_sub(1)?)?;
    if !inner.contains('\\') {
        return Some(inner.to_owned());
    }
    let mut units = Vec::with_capacity(inner.len());
    let mut chars = inner.chars();
    let mut buffer = [0; 2];
    while let Some(c) = chars.next() {
        let c = if c == '\\' {
            chars.next()?
        } else {
            units.extend_from_slice(c.encode_utf16(&mut buffer));
            continue;
        };
        let unit = match c {
            'n' => 0x0a,
            't' => 0x09,
            'r' => 0x0d,
            'b' => 0x08,
            'f' => 0x0c,
            'v' => 0x0b,
            '\n' => continue,
            'x' => hexadecimal(&mut chars, 2)?,
            'u' => {
                if chars.as_str().starts_with('{') {
                    let (digits, rest) = chars.as_str()[1..].split_once('}')?;
                    let c = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)?;
                    units.extend_from_slice(c.encode_utf16(&mut buffer));
                    chars = rest.chars();
                    continue;
                }
                hexadecimal(&mut chars, 4)?
            }
            '0'..='9' => return None,
            other => {
                units.extend_from_slice(other.encode_utf16(&mut buffer));
                continue;
            }
        };
        units.push(unit);
    }
    String::from_utf16(&units).ok()
}

fn hexadecimal(chars: &mut std::str::Chars<'_>, digits: usize) -> Option<u16> {
    let text = chars.as_str().get(..digits)?;
    *chars = chars.as_str()[digits..].chars();
    u16::from_str_radix(text, 16).ok()
}
