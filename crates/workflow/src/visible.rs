//! Makes text visible that a person would not see: direction marks, invisible characters, long runs of blanks, look-alike
//! host names. Only for showing; what is stored and applied stays byte for byte as it is.

use std::fmt::Write as _;

use crate::lookalike;

/// Longest run of spaces and tabs within a line that is shown as it is. Deep indentation stays below it.
const MAX_SPACES: usize = 40;
/// Most line breaks in a row that are shown as they are.
const MAX_BREAKS: usize = 8;
/// Longest run of blanks of any kind that is shown as it is.
const MAX_BLANKS: usize = 120;
/// Most combining marks on one character that are shown as they are.
const MAX_MARKS: usize = 4;

/// The text with everything hidden written out: `⟨U+202E⟩`, `⟨×2000 spaces⟩`, `⟨xn--…⟩` after a host name that mixes
/// scripts. Line breaks, tabs, and what makes up an emoji stay. Text that hides nothing comes back unchanged.
#[must_use]
pub fn visible(text: &str) -> String {
    let text = lookalike::marked(text);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    let mut before = None;
    while let Some(one) = rest.chars().next() {
        let blanks = rest.len() - rest.trim_start_matches(is_blank).len();
        let marks = rest.len() - rest.trim_start_matches(is_combining).len();
        let taken = if blanks > 0 {
            write_blanks(&rest[..blanks], &mut shown);
            blanks
        } else if marks > 0 {
            write_marks(&rest[..marks], &mut shown);
            marks
        } else {
            let next = rest[one.len_utf8()..].chars().next();
            if is_hidden(one, before, next) {
                write_code(one, &mut shown)
            } else {
                shown.push(one)
            }
            one.len_utf8()
        };
        before = rest[..taken].chars().next_back();
        rest = &rest[taken..];
    }
    shown
}

/// Whether [`visible`] shows something that the text hides.
#[must_use]
pub fn hides_something(text: &str) -> bool {
    // Most text is plain ASCII without long runs; look closer only where there may be something.
    visible(text) != text
}

/// The text on one line, visible, and cut after this many characters.
pub(crate) fn excerpt(text: &str, most: usize) -> String {
    // Hidden characters grow when shown, so that looking at the first few is enough.
    let start: String = text.chars().take(most.saturating_mul(4).saturating_add(MAX_BLANKS * 2)).collect();
    let line = visible(&start).replace(['\n', '\r', '\t'], " ");
    match line.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None if start.len() < text.len() => format!("{line}…"),
        None => line,
    }
}

fn is_blank(one: char) -> bool {
    matches!(
        one,
        '\n' | '\r' | '\t' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

fn write_blanks(blanks: &str, shown: &mut String) {
    let count = blanks.chars().count();
    let breaks = blanks.matches('\n').count();
    let longest = blanks.split('\n').map(|line| line.chars().count()).max().unwrap_or(0);
    let _ = match (breaks, longest) {
        (0, _) if count > MAX_SPACES => write!(shown, "⟨×{count} spaces⟩"),
        _ if breaks == count && breaks > MAX_BREAKS => write!(shown, "⟨×{count} line breaks⟩"),
        _ if breaks > MAX_BREAKS || longest > MAX_SPACES || count > MAX_BLANKS => write!(shown, "⟨×{count} blanks⟩"),
        _ => {
            write_lines(blanks, shown);
            Ok(())
        }
    };
}

/// Blanks as they are, but for a carriage return on its own, which would write over the line.
fn write_lines(blanks: &str, shown: &mut String) {
    let mut all = blanks.chars().peekable();
    while let Some(one) = all.next() {
        if one == '\r' && all.peek() != Some(&'\n') { write_code(one, shown) } else { shown.push(one) }
    }
}

fn write_marks(marks: &str, shown: &mut String) {
    let count = marks.chars().count();
    if count > MAX_MARKS {
        let _ = write!(shown, "⟨×{count} marks⟩");
    } else {
        shown.push_str(marks);
    }
}

fn write_code(one: char, shown: &mut String) {
    let _ = write!(shown, "⟨U+{:04X}⟩", u32::from(one));
}

/// Marks that stack on the character before them, in the blocks that are only that.
fn is_combining(one: char) -> bool {
    matches!(one, '\u{300}'..='\u{34e}' | '\u{350}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

fn is_hidden(one: char, before: Option<char>, next: Option<char>) -> bool {
    match one {
        '\u{200d}' => !joins(before, next),
        '\u{200c}' => !(before.is_some_and(is_joining_script) && next.is_some_and(is_joining_script)),
        '\u{fe0e}' | '\u{fe0f}' => !before.is_some_and(takes_variation),
        _ => is_invisible(one),
    }
}

/// Whether a zero-width joiner does its work here: within an emoji or a script that joins its letters.
fn joins(before: Option<char>, next: Option<char>) -> bool {
    let is_emoji_end = |one: char| is_pictograph(one) || one == '\u{fe0f}';
    (before.is_some_and(is_emoji_end) && next.is_some_and(is_pictograph))
        || (before.is_some_and(is_joining_script) && next.is_none_or(|one| is_joining_script(one) || is_blank(one)))
}

fn is_pictograph(one: char) -> bool {
    matches!(one, '\u{203c}'..='\u{303d}' | '\u{1f000}'..='\u{1faff}') && !is_blank(one) && !is_invisible(one)
}

fn takes_variation(one: char) -> bool {
    is_pictograph(one) || matches!(one, '0'..='9' | '#' | '*' | '©' | '®')
}

/// Arabic and its relatives, and the scripts of India and its neighbours.
fn is_joining_script(one: char) -> bool {
    matches!(one, '\u{620}'..='\u{8ff}' | '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{17b3}' | '\u{17b6}'..='\u{17ff}')
}

/// Characters with no shape of their own: controls, direction marks, fillers, tags, variation selectors, private use.
fn is_invisible(one: char) -> bool {
    matches!(one,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
        || u32::from(one) & 0xfffe == 0xfffe
}
