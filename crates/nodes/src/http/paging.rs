//! Asking for page after page: how the next page's address follows from an answer. It ends when there is no next page or
//! nothing on it, at its cap, and fails when it would go round in circles. Nothing is sent here.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use bridge_domain::StepFailure;
use serde_json::Value;
use url::Url;

use crate::failure::{failed, failed_at};
use crate::http::path;
use crate::parameters::text_of;

/// How further pages are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// What leads to the next page.
    pub kind: Kind,
    /// Query parameter for the number of entries in a page, and that number.
    pub size: Option<(String, u64)>,
    /// After this many pages it ends.
    pub max_pages: usize,
}

/// What leads to the next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// There is one page.
    None,
    /// A URL in the body, absolute or relative to this page's.
    NextUrl {
        /// Where.
        path: String,
    },
    /// The header `Link` with `rel="next"` (RFC 8288).
    LinkHeader,
    /// A number in the query.
    Number {
        /// Query parameter.
        parameter: String,
        /// Of the first page.
        first: u64,
        /// By how much it grows; by the number of entries of the page when absent, as an offset does.
        step: Option<u64>,
    },
    /// A text in the body that goes into the query of the next page.
    Cursor {
        /// Where.
        path: String,
        /// Query parameter.
        parameter: String,
    },
}

/// What the next page's address depends on.
pub struct Page<'p> {
    /// Address of this page.
    pub url: &'p Url,
    /// Headers of the answer.
    pub headers: &'p [(String, String)],
    /// The bytes of the body.
    pub bytes: &'p [u8],
    /// The body, null when it is not JSON.
    pub body: &'p Value,
    /// Entries on it; none when the body has no list.
    pub entries: Option<usize>,
}

/// Where a listing is.
pub struct Pager {
    paging: Paging,
    /// The first page's address, without what this adds.
    base: Url,
    number: u64,
    pages: usize,
    seen: HashSet<Url>,
    last_body: Option<u64>,
}

impl Pager {
    /// A listing that begins at this address.
    #[must_use]
    pub fn new(paging: Paging, base: Url) -> Self {
        let number = if let Kind::Number { first, .. } = &paging.kind { *first } else { 0 };
        Self { paging, base, number, pages: 0, seen: HashSet::new(), last_body: None }
    }

    /// Address of the first page.
    pub fn first(&mut self) -> Url {
        let mut url = self.base.clone();
        if let Kind::Number { parameter, .. } = &self.paging.kind {
            set(&mut url, parameter, &self.number.to_string());
        }
        self.sized(&mut url);
        self.seen.insert(url.clone());
        url
    }

    /// Address of the page after this one; none at the end.
    ///
    /// # Errors
    /// When the answer leads back to a page read before, or cannot say whether there is another one.
    pub fn next(&mut self, page: &Page<'_>) -> Result<Option<Url>, StepFailure> {
        self.pages += 1;
        if self.pages >= self.paging.max_pages {
            return Ok(None);
        }
        let url = match self.paging.kind.clone() {
            Kind::None => None,
            Kind::NextUrl { path } => text_at(page.body, &path).map(|text| joined(page.url, &text)).transpose()?,
            Kind::LinkHeader => next_link(page.headers).map(|text| joined(page.url, &text)).transpose()?,
            Kind::Cursor { path, parameter } => text_at(page.body, &path).map(|cursor| self.at(&parameter, &cursor)),
            Kind::Number { parameter, step, .. } => self.next_number(page, &parameter, step)?,
        };
        match url {
            Some(url) if !self.seen.insert(url.clone()) => Err(circle()),
            url => Ok(url),
        }
    }

    fn next_number(&mut self, page: &Page<'_>, parameter: &str, step: Option<u64>) -> Result<Option<Url>, StepFailure> {
        let Some(entries) = page.entries else {
            let hint = "Enter the path of the list, such as `data.orders`.";
            return Err(failed_at("items_path", "The answer is not a list, so its last page cannot be known.", hint));
        };
        let entries = entries as u64;
        let is_short = self.paging.size.as_ref().is_some_and(|(_, size)| entries < *size);
        if entries == 0 || is_short {
            return Ok(None);
        }
        let mut hasher = DefaultHasher::new();
        page.bytes.hash(&mut hasher);
        if self.last_body.replace(hasher.finish()) == Some(hasher.finish()) {
            return Err(same_page(parameter));
        }
        self.number = self.number.saturating_add(step.unwrap_or(entries));
        Ok(Some(self.at(parameter, &self.number.to_string())))
    }

    fn at(&self, parameter: &str, value: &str) -> Url {
        let mut url = self.base.clone();
        set(&mut url, parameter, value);
        self.sized(&mut url);
        url
    }

    fn sized(&self, url: &mut Url) {
        if let Some((parameter, size)) = &self.paging.size {
            set(url, parameter, &size.to_string());
        }
    }
}

/// Sets a parameter of the query, in place of what it was.
pub fn set(url: &mut Url, name: &str, value: &str) {
    let others: Vec<(String, String)> =
        url.query_pairs().filter(|(one, _)| one != name).map(|(one, value)| (one.into(), value.into())).collect();
    url.query_pairs_mut().clear().extend_pairs(others).append_pair(name, value);
}

/// A text that is not empty; a number counts, false and null do not.
fn text_at(body: &Value, at: &str) -> Option<String> {
    path::at(body, at)
        .filter(|value| value.is_string() || value.is_number())
        .map(text_of)
        .filter(|text| !text.is_empty())
}

fn joined(page: &Url, text: &str) -> Result<Url, StepFailure> {
    page.join(text)
        .map_err(|_| failed("The address of the next page cannot be read.", "Check the path of the next page."))
}

/// The target of `rel="next"` in the headers `Link`.
fn next_link(headers: &[(String, String)]) -> Option<String> {
    headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("link")).find_map(|(_, value)| {
        let mut rest = value.as_str();
        while let Some((_, after)) = rest.split_once('<') {
            let (target, after) = after.split_once('>')?;
            let parameters = after.split('<').next().unwrap_or_default();
            if parameters.split(';').any(is_next) {
                return Some(target.trim().to_owned());
            }
            rest = after;
        }
        None
    })
}

/// Whether a parameter of a link says `rel="next"`, alone or among others.
fn is_next(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return false };
    let value = value.trim().trim_end_matches(',').trim().trim_matches('"');
    name.trim().eq_ignore_ascii_case("rel") && value.split_whitespace().any(|one| one.eq_ignore_ascii_case("next"))
}

fn circle() -> StepFailure {
    failed(
        "The answer leads back to a page that was read before.",
        "Check the path of the next page, or ask for fewer pages.",
    )
}

fn same_page(parameter: &str) -> StepFailure {
    let message = format!("The same page came twice: the service does not look at the parameter `{parameter}`.");
    failed_at("page_parameter", message, "Check in the service's documentation how it wants pages to be asked for.")
}
