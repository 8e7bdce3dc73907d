//! Parts of a web page by CSS selectors.

use std::time::{Duration, Instant};

use bridge_domain::{Config, StepFailure};
use html5ever::driver::{ParseOpts, parse_document};
use html5ever::tendril::TendrilSink;
use scraper::selector::ToCss;
use scraper::{ElementRef, Html, HtmlTreeSink, Selector};
use serde_json::Value;

use crate::failure::{failed_at, limit};
use crate::parameters::Parameters;

/// Bytes of a page.
const MAX_PAGE: usize = 8 << 20;
/// How long one page may take. Deeply nested elements take the parser, and some selectors, ever longer for each further one.
const PAGE_TIME: Duration = Duration::from_secs(10);
/// Bytes that are parsed between two looks at the clock.
const PIECE: usize = 1 << 10;
/// Elements of a page that a selector with `:has()` is tried on: it looks through the whole page for each element, and nobody
/// can stop it meanwhile.
const MAX_SEARCHED: usize = 5_000;
/// Characters of a selector that an error repeats.
const SHOWN: usize = 100;
/// Bytes taken from one page: a selector that fits nested elements takes their text many times.
const MAX_TAKEN: usize = 16 << 20;

/// What is taken of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Take {
    Text,
    Html,
    Attribute(String),
}

/// A field and where it comes from.
#[derive(Debug, Clone)]
pub struct Field {
    name: String,
    selector: String,
    take: Take,
    all: bool,
    /// Path of the selector among the parameters.
    path: String,
}

impl Field {
    /// The fields a node takes.
    ///
    /// # Errors
    /// What is missing in one.
    pub fn all(parameters: &Parameters<'_>) -> Result<Vec<Self>, StepFailure> {
        let fields = parameters.records("fields")?;
        if fields.is_empty() {
            return Err(parameters.failed("fields", "No field is to be taken.", "Add a field with a CSS selector."));
        }
        fields.iter().map(Self::read).collect()
    }

    fn read(field: &Parameters<'_>) -> Result<Self, StepFailure> {
        let words = [("text", 0), ("html", 1), ("attribute", 2)];
        let take = match field.choice("take", &words)?.unwrap_or(0) {
            0 => Take::Text,
            1 => Take::Html,
            _ => Take::Attribute(field.required_text("attribute")?),
        };
        Ok(Self {
            name: field.required_text("name")?,
            selector: field.required_text("selector")?,
            take,
            all: field.boolean("all")?.unwrap_or(false),
            path: field.path("selector"),
        })
    }
}

/// Takes the fields from a page. A field whose selector fits nothing is null, or an empty list.
///
/// # Errors
/// A selector that is none, a page that is too large.
pub fn read_fields(page: &str, fields: &[Field]) -> Result<Config, StepFailure> {
    if page.len() > MAX_PAGE {
        return Err(limit(format!("The page is larger than {} MiB.", MAX_PAGE >> 20), "Take a smaller page."));
    }
    let selectors: Result<Vec<_>, _> = fields.iter().map(selector).collect();
    let selectors = selectors?;
    let deadline = Instant::now() + PAGE_TIME;
    let page = parsed(page, deadline)?;
    let mut left = MAX_TAKEN;
    let mut found = Config::new();
    let wide = page.root_element().descendent_elements().nth(MAX_SEARCHED).is_some();
    for (field, selector) in fields.iter().zip(&selectors) {
        if wide && selector.to_css_string().contains(":has(") {
            return Err(limit(
                format!("A selector with :has() is not tried on a page of more than {MAX_SEARCHED} elements."),
                "Choose a selector without :has(), or take a smaller page.",
            ));
        }
        let mut list = Vec::new();
        for element in page.root_element().descendent_elements() {
            in_time(deadline)?;
            if selector.matches(&element)
                && let Some(text) = take(element, &field.take)
            {
                left = remaining(left, &text)?;
                list.push(Value::String(text));
                if !field.all {
                    break;
                }
            }
        }
        let value = if field.all { Value::Array(list) } else { list.pop().unwrap_or(Value::Null) };
        found.insert(field.name.clone(), value);
    }
    Ok(found)
}

/// Parses a page piece by piece, so that it can be given up.
fn parsed(page: &str, deadline: Instant) -> Result<Html, StepFailure> {
    let mut parser = parse_document(HtmlTreeSink::new(Html::new_document()), ParseOpts::default());
    let mut rest = page;
    while !rest.is_empty() {
        in_time(deadline)?;
        let (piece, later) = rest.split_at(rest.floor_char_boundary(PIECE));
        parser.process(piece.into());
        rest = later;
    }
    Ok(parser.finish())
}

fn in_time(deadline: Instant) -> Result<(), StepFailure> {
    if Instant::now() < deadline {
        return Ok(());
    }
    Err(limit("Reading the page takes too long.", "Use simpler selectors, or take a smaller page."))
}

fn selector(field: &Field) -> Result<Selector, StepFailure> {
    Selector::parse(&field.selector).map_err(|error| {
        let shown: String = field.selector.chars().take(SHOWN).collect();
        let reason: String = error.to_string().chars().take(SHOWN).collect();
        failed_at(
            field.path.clone(),
            format!("“{shown}” is not a CSS selector: {reason}."),
            "Write one such as `h1`, `.price` or `a[href]`.",
        )
    })
}

fn remaining(left: usize, text: &str) -> Result<usize, StepFailure> {
    left.checked_sub(text.len().max(1)).ok_or_else(|| {
        limit(
            format!("The selectors take more than {} MiB from the page.", MAX_TAKEN >> 20),
            "Choose selectors that fit fewer elements.",
        )
    })
}

fn take(element: ElementRef<'_>, take: &Take) -> Option<String> {
    match take {
        Take::Text => Some(words(element)),
        Take::Html => Some(element.inner_html()),
        Take::Attribute(name) => element.attr(name).map(str::to_owned),
    }
}

/// The element's text with blanks as a browser shows them: runs of them are one, none at the ends.
fn words(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    let mut blank = false;
    for one in element.text().flat_map(str::chars) {
        if one.is_whitespace() {
            blank = !text.is_empty();
            continue;
        }
        if std::mem::take(&mut blank) {
            text.push(' ');
        }
        text.push(one);
    }
    text
}
