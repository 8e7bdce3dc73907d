//! Feeds of all formats.

use bridge_domain::{Item, StepFailure};
use serde_json::{Value, json};

use crate::server::{Answer, Server};
use crate::stage::{Stage, step};

const RSS: &str = r#"<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>News</title>
  <item><title>Größer &amp; besser</title><link>https://example.com/1</link><guid isPermaLink="false">id-1</guid>
    <pubDate>Mon, 04 May 2026 10:00:00 +0200</pubDate><description>&lt;p&gt;Short&lt;/p&gt;</description>
    <category>a</category><category>b</category>
    <enclosure url="https://example.com/1.mp3" length="123" type="audio/mpeg"/></item>
  <item><title>Second</title><link>https://example.com/2</link><guid>https://example.com/2</guid></item>
</channel></rss>"#;

const ATOM: &str = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>f</id><updated>2026-05-04T10:00:00Z</updated>
  <entry><id>urn:1</id><title>One</title><updated>2026-05-04T10:00:00Z</updated><author><name>Ada</name></author>
    <link rel="edit" href="https://example.com/edit"/><link rel="alternate" href="https://example.com/one"/>
    <content type="html">&lt;b&gt;Body&lt;/b&gt;</content></entry></feed>"#;

const JSON: &str = r#"{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[
  {"id":"1","url":"https://example.com/j","title":"J","content_html":"<p>x</p>","date_published":"2026-05-04T10:00:00Z"}]}"#;

async fn read(body: &'static str, config: Value) -> Result<Vec<Value>, StepFailure> {
    let server = Server::start(move |_, _| Answer::new("200 OK", &[("content-type", "application/xml")], body)).await;
    let mut config = config;
    config["url"] = server.url("/feed").into();
    let mut step = step(&server, config, vec![Item::default()]);
    Stage::new().run("rss", "read", &mut step).await?;
    Ok(step.output(0))
}

#[tokio::test]
async fn rss_is_read() {
    let items = read(RSS, json!({})).await.unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(
        items[0],
        json!({
            "id": "id-1", "title": "Größer & besser", "link": "https://example.com/1",
            "published": "2026-05-04T08:00:00+00:00", "updated": "2026-05-04T08:00:00+00:00", "author": null, "summary": "<p>Short</p>",
            "content": null, "categories": ["a", "b"],
            "enclosures": [{ "url": "https://example.com/1.mp3", "type": "audio/mpeg", "size": 123 }],
        })
    );
    assert_eq!(read(RSS, json!({ "limit": 1 })).await.unwrap().len(), 1);
}

#[tokio::test]
async fn atom_and_json_feeds_are_read() {
    let atom = read(ATOM, json!({})).await.unwrap();
    assert_eq!((&atom[0]["link"], &atom[0]["author"]), (&json!("https://example.com/one"), &json!("Ada")));
    assert_eq!(
        (&atom[0]["content"], &atom[0]["updated"]),
        (&json!("<b>Body</b>"), &json!("2026-05-04T10:00:00+00:00"))
    );
    let json_feed = read(JSON, json!({})).await.unwrap();
    assert_eq!((&json_feed[0]["title"], &json_feed[0]["link"]), (&json!("J"), &json!("https://example.com/j")));
}

#[tokio::test]
async fn a_web_page_is_no_feed() {
    let failure = read("<!doctype html><html></html>", json!({})).await.unwrap_err();
    assert!(failure.error.message.ends_with("answered is not a feed."), "{}", failure.error.message);
    let server = Server::start(|_, _| Answer::status("404 Not Found", json!({}))).await;
    let mut missing = step(&server, json!({ "url": server.url("/feed") }), vec![Item::default()]);
    let failure = Stage::new().run("rss", "read", &mut missing).await.unwrap_err();
    assert!(failure.error.message.ends_with("answered 404 Not Found."));
}
