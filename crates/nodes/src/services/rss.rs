//! Reading feeds: RSS, Atom and JSON Feed, one item for each entry.

use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{Config, Effect, Executor, Item, Outcome, Step, StepFailure};
use bridge_gate::{Access, Request};
use feed_rs::model::{Entry, Link, MediaObject, Text};
use futures_util::future::BoxFuture;
use quick_xml::Reader;
use quick_xml::encoding::DecodingReader;
use quick_xml::events::Event;
use serde_json::{Value, json};
use url::Url;

use crate::Services;
use crate::failure::failed;
use crate::http::exchange::exchange;
use crate::http::refusal::refused;
use crate::http::whole;
use crate::per_item::{ItemWork, Puts, Task, per_item_waiting};

/// Bytes of a feed that are taken.
const MAX_BODY: u64 = 16 << 20;
/// Levels of elements in a feed, those of a page in it included.
const MAX_DEPTH: usize = 200;
/// What feeds are served as.
const ACCEPT: &str =
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.8";

/// Reads a feed.
pub struct ReadFeed {
    /// What it needs.
    pub services: Arc<Services>,
}

impl Executor for ReadFeed {
    fn effect(&self, _config: &Config) -> Effect {
        Effect::Harmless
    }

    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> BoxFuture<'a, Result<Outcome, StepFailure>> {
        Box::pin(per_item_waiting(step, self))
    }
}

impl ItemWork for ReadFeed {
    fn work<'w>(&'w self, task: Task<'w>) -> BoxFuture<'w, Result<Puts, StepFailure>> {
        Box::pin(async move {
            let text = task.parameters.required_text("url")?;
            let limit = usize::try_from(whole(task.parameters, "limit", 1..=10_000, 100)?).unwrap_or(usize::MAX);
            let url = Url::parse(text.trim()).map_err(|error| {
                let hint = "Write the whole address of the feed, such as https://example.com/feed.xml.";
                task.parameters.failed("url", format!("The URL cannot be read: {error}."), hint)
            })?;
            let request = Request {
                headers: vec![("Accept".to_owned(), ACCEPT.to_owned())],
                max_body: MAX_BODY,
                timeout: Duration::from_secs(60),
                ..Request::get(url)
            };
            let access = Access { grants: task.step.grants(), credential: None };
            let answer = exchange(&self.services.gate, request, &access).await?;
            if answer.is_error() {
                return Err(refused(&answer, None, task.step.info().now));
            }
            let entries = entries(&answer.body, &answer.url)?;
            Ok(entries.into_iter().take(limit).map(|item| (0, item)).collect())
        })
    }
}

/// The entries of a feed, in its own order.
///
/// # Errors
/// When it is no feed.
fn entries(body: &[u8], url: &Url) -> Result<Vec<Item>, StepFailure> {
    let parser = feed_rs::parser::Builder::new().base_uri(Some(url.as_str())).build();
    let feed = if is_too_deep(body) { None } else { parser.parse(body).ok() };
    let feed = feed.ok_or_else(|| {
        let message = format!("What {} answered is not a feed.", bridge_gate::authority(url));
        failed(message, "Enter the address of the feed itself; a web page often names it under RSS.")
    })?;
    Ok(feed.entries.into_iter().map(item).collect())
}

/// Whether elements are nested so deeply that the parser, which calls itself for some of them, could overrun the stack. Reads
/// as the parser does; what is no XML ends it, and is the parser's to refuse.
fn is_too_deep(body: &[u8]) -> bool {
    let mut reader = Reader::from_reader(DecodingReader::new(body));
    reader.config_mut().trim_markup_names_in_closing_tags = true;
    let (mut depth, mut buffer) = (0_usize, Vec::new());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Decl(declaration)) => {
                if let Some(encoding) = declaration.encoder() {
                    reader.get_mut().set_encoding(encoding);
                }
            }
            Ok(Event::Start(_)) if depth == MAX_DEPTH => return true,
            Ok(Event::Start(_)) => depth += 1,
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

fn item(entry: Entry) -> Item {
    let text = |text: Option<Text>| text.map(|text| text.content);
    let authors: Vec<String> =
        entry.authors.into_iter().filter_map(|person| person.name).filter(|name| !name.is_empty()).collect();
    let categories: Vec<String> = entry.categories.into_iter().map(|one| one.label.unwrap_or(one.term)).collect();
    let enclosures: Vec<Value> = entry.media.into_iter().flat_map(enclosures).collect();
    let fields = json!({
        "id": entry.id,
        "title": text(entry.title),
        "link": link(&entry.links),
        "published": entry.published.map(|time| time.to_rfc3339()),
        "updated": entry.updated.map(|time| time.to_rfc3339()),
        "author": (!authors.is_empty()).then(|| authors.join(", ")),
        "summary": text(entry.summary),
        "content": entry.content.and_then(|content| content.body),
        "categories": categories,
        "enclosures": enclosures,
    });
    if let Value::Object(json) = fields { json.into() } else { Item::default() }
}

/// The page of an entry: the link that is not to something else.
fn link(links: &[Link]) -> Option<&str> {
    let is_page = |link: &&Link| link.rel.as_deref().is_none_or(|rel| rel == "alternate");
    links.iter().find(is_page).or_else(|| links.first()).map(|link| link.href.as_str())
}

/// Files that belong to an entry, such as the sound of a podcast.
fn enclosures(media: MediaObject) -> impl Iterator<Item = Value> {
    media.content.into_iter().filter_map(|content| {
        let url = content.url?;
        Some(json!({ "url": url.as_str(), "type": content.content_type.map(|one| one.to_string()), "size": content.size }))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str) -> Result<Vec<Value>, StepFailure> {
        let items = entries(text.as_bytes(), &Url::parse("https://example.com/feed").unwrap())?;
        Ok(items.into_iter().map(|item| Value::Object(item.json)).collect())
    }

    #[test]
    fn what_is_no_feed_says_so() {
        for text in ["", "<html><body>Sign in</body></html>", "{}", "not a feed", "<rss", &"<a>".repeat(50_000)] {
            let failure = read(text).unwrap_err();
            assert_eq!(failure.error.message, "What example.com answered is not a feed.");
        }
    }

    #[test]
    fn x5_feeds_nested_deeply_do_not_overrun_the_stack() {
        let atom = |kind: &str, inner: &str| {
            format!(
                "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>t</title><id>i</id><entry><id>1</id><title>t</title>\
                 <{kind} type=\"xhtml\">{inner}</{kind}></entry></feed>"
            )
        };
        let deep = |tag: &str| format!("{}x{}", format!("<{tag}>").repeat(50_000), format!("</{tag}>").repeat(50_000));
        let media =
            "<rss version=\"2.0\" xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><title>t</title><item>";
        for text in [
            atom("content", &deep("div")),
            atom("summary", &deep("b")),
            atom("title", &deep("i")),
            format!("{media}{}", "<media:group>".repeat(50_000)),
            format!(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?>{media}<a x='/>'/>{}",
                "<media:group b=\">\">".repeat(50_000)
            ),
            format!("{media}<description>{}", deep("p")),
            format!(
                "{{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"t\",\"items\":{}",
                "[".repeat(100_000)
            ),
        ] {
            let begin = std::time::Instant::now();
            // The smallest stack it may have to do with.
            let reading = std::thread::Builder::new().stack_size(2 << 20).spawn(move || drop(read(&text)));
            reading.unwrap().join().unwrap();
            assert!(begin.elapsed().as_secs() < 10, "{:?}", begin.elapsed());
        }
    }

    #[test]
    fn entities_that_multiply_are_not_expanded() {
        let bomb = r#"<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
            <rss version="2.0"><channel><title>t</title><item><guid>1</guid><title>&b;</title></item></channel></rss>"#;
        if let Ok(items) = read(bomb) {
            assert!(items[0]["title"].as_str().unwrap_or_default().len() < 20);
        }
    }
}
