//! Decodes the inside of a JSON string as it arrives. Tolerant where models are sloppy: raw line breaks are kept, an
//! escape that does not exist stands for its own character, half a surrogate pair becomes U+FFFD.

/// Where in a string the decoder is.
#[derive(Debug, Default)]
pub struct Unescape {
    state: State,
    /// A high surrogate that waits for its other half.
    high: Option<u16>,
}

#[derive(Debug, Clone, Copy, Default)]
enum State {
    #[default]
    Plain,
    Backslash,
    /// Hexadecimal digits so far, and their value.
    Unicode(u8, u16),
}

impl Unescape {
    /// Decodes into `out` up to the closing quote; returns how many bytes were used and whether the quote was among them.
    pub fn take(&mut self, rest: &str, out: &mut String) -> (usize, bool) {
        let mut at = 0;
        while let Some(tail) = rest.get(at..).filter(|tail| !tail.is_empty()) {
            match self.state {
                State::Plain => {
                    let stop = tail.find(['"', '\\']).unwrap_or(tail.len());
                    if stop > 0 {
                        self.lose_high(out);
                        out.push_str(tail.get(..stop).unwrap_or_default());
                    }
                    at += stop;
                    match tail.as_bytes().get(stop) {
                        Some(b'"') => {
                            self.lose_high(out);
                            return (at + 1, true);
                        }
                        Some(_) => {
                            at += 1;
                            self.state = State::Backslash;
                        }
                        None => {}
                    }
                }
                State::Backslash => at += self.escape(tail, out),
                State::Unicode(digits, value) => at += self.digit(tail, digits, value, out),
            }
        }
        (at, false)
    }

    fn escape(&mut self, tail: &str, out: &mut String) -> usize {
        let Some(escaped) = tail.chars().next() else { return 0 };
        if escaped == 'u' {
            self.state = State::Unicode(0, 0);
            return 1;
        }
        self.lose_high(out);
        self.state = State::Plain;
        out.push(match escaped {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            other => other,
        });
        escaped.len_utf8()
    }

    fn digit(&mut self, tail: &str, digits: u8, value: u16, out: &mut String) -> usize {
        let digit =
            tail.chars().next().and_then(|digit| digit.to_digit(16)).and_then(|digit| u16::try_from(digit).ok());
        let Some(digit) = digit else {
            // Not four digits: the escape means nothing, the text goes on.
            self.lose_high(out);
            out.push(char::REPLACEMENT_CHARACTER);
            self.state = State::Plain;
            return 0;
        };
        let value = value << 4 | digit;
        if digits == 3 {
            self.unit(value, out);
            self.state = State::Plain;
        } else {
            self.state = State::Unicode(digits + 1, value);
        }
        1
    }

    /// One UTF-16 code unit.
    fn unit(&mut self, unit: u16, out: &mut String) {
        let pair = self.high.take().into_iter().chain(std::iter::once(unit));
        if (0xD800..0xDC00).contains(&unit) {
            if pair.count() == 2 {
                out.push(char::REPLACEMENT_CHARACTER);
            }
            self.high = Some(unit);
            return;
        }
        out.extend(char::decode_utf16(pair).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
    }

    fn lose_high(&mut self, out: &mut String) {
        if self.high.take().is_some() {
            out.push(char::REPLACEMENT_CHARACTER);
        }
    }
}
