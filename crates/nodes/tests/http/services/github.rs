//! GitHub: issues, releases, repositories, files.

use std::time::Duration;

use bridge_domain::{ErrorCode, Item};
use serde_json::json;

use super::{call, check, stepped};
use crate::server::{Answer, Server};
use crate::stage::Stage;

const GITHUB: &str = "accept: application/vnd.github+json\n";
const VERSION: &str = "x-github-api-version: 2022-11-28\n\n";

fn github(line: &str, body: &str) -> String {
    let kind = if body.is_empty() { "" } else { "content-type: application/json; charset=utf-8\n" };
    format!("{line}\n{GITHUB}{kind}{VERSION}{body}")
}

#[tokio::test]
async fn github_creates_issues_comments_and_releases() {
    check(
        "github.create_issue",
        json!({ "owner": "o", "repository": "r", "title": "T", "body": "B", "labels": "bug, help wanted,", "assignees": "" }),
        &github("POST /repos/o/r/issues", r#"{"title":"T","body":"B","labels":["bug","help wanted"]}"#),
        json!({ "id": 1, "number": 5, "html_url": "https://github.com/o/r/issues/5", "state": "open", "title": "T", "node_id": "x" }),
        json!([{ "id": 1, "number": 5, "state": "open", "title": "T", "url": "https://github.com/o/r/issues/5" }]),
    )
    .await;
    check(
        "github.create_comment",
        json!({ "owner": "o", "repository": "r", "number": 5, "body": "Thanks" }),
        &github("POST /repos/o/r/issues/5/comments", r#"{"body":"Thanks"}"#),
        json!({ "id": 9, "html_url": "https://github.com/o/r/issues/5#issuecomment-9", "body": "Thanks" }),
        json!([{ "id": 9, "url": "https://github.com/o/r/issues/5#issuecomment-9" }]),
    )
    .await;
    check(
        "github.create_release",
        json!({ "owner": "o", "repository": "r", "tag": "v1", "body": "New", "draft": true, "prerelease": false }),
        &github("POST /repos/o/r/releases", r#"{"tag_name":"v1","body":"New","draft":true,"prerelease":false}"#),
        json!({ "id": 3, "tag_name": "v1", "html_url": "https://github.com/o/r/releases/v1" }),
        json!([{ "id": 3, "tag": "v1", "url": "https://github.com/o/r/releases/v1" }]),
    )
    .await;
}

#[tokio::test]
async fn github_reads_repositories_and_pull_requests() {
    check(
        "github.get_repository",
        json!({ "owner": "o", "repository": "r" }),
        &github("GET /repos/o/r", ""),
        json!({ "full_name": "o/r", "description": null, "html_url": "https://github.com/o/r", "default_branch": "main", "private": false,
            "archived": false, "stargazers_count": 3, "forks_count": 2, "open_issues_count": 1, "pushed_at": "2026-05-04T10:00:00Z" }),
        json!([{ "archived": false, "default_branch": "main", "description": null, "forks": 2, "full_name": "o/r", "open_issues": 1,
            "private": false, "pushed_at": "2026-05-04T10:00:00Z", "stars": 3, "url": "https://github.com/o/r" }]),
    )
    .await;
    check(
        "github.list_pull_requests",
        json!({ "owner": "o", "repository": "r", "state": "all", "base": "", "limit": 5 }),
        &github("GET /repos/o/r/pulls?state=all&per_page=5", ""),
        json!([{ "number": 1, "title": "T", "state": "closed", "html_url": "u", "user": { "login": "ada" }, "draft": false,
            "head": { "ref": "f" }, "base": { "ref": "main" }, "created_at": "c", "merged_at": null }]),
        json!([{ "base": "main", "created_at": "c", "draft": false, "head": "f", "merged_at": null, "number": 1, "state": "closed",
            "title": "T", "url": "u", "user": "ada" }]),
    )
    .await;
}

#[tokio::test]
async fn github_lists_issues_by_the_link_header() {
    let server = Server::start(|number, received| {
        let host = received.header("host").unwrap();
        let link = format!("<http://{host}/repositories/1/issues?page={}>; rel=\"next\"", number + 2);
        let issue = json!({ "number": number, "title": "T", "state": "open", "html_url": "u", "user": { "login": "ada" }, "body": null,
            "labels": [{ "name": "bug" }, { "name": "ui" }], "assignees": [], "created_at": "c", "updated_at": "d", "pull_request": {} });
        let headers = [("content-type", "application/json"), ("link", link.as_str())];
        Answer::new("200 OK", if number < 1 { &headers } else { &headers[..1] }, json!([issue]).to_string())
    })
    .await;
    let config = json!({ "owner": "o", "repository": "r", "state": "open", "labels": "bug,ui", "limit": 500 });
    let mut step = stepped(&server, config, json!({}));
    Stage::new().call("github", "list_issues", &server, &mut step).await.unwrap();
    let lines: Vec<String> = server.received().into_iter().map(|one| one.line).collect();
    assert_eq!(
        lines,
        ["GET /repos/o/r/issues?state=open&labels=bug%2Cui&per_page=100", "GET /repositories/1/issues?page=2"]
    );
    assert_eq!(
        step.output(0)[1],
        json!({ "assignees": [], "body": null, "created_at": "c", "is_pull_request": true,
        "labels": ["bug", "ui"], "number": 1, "state": "open", "title": "T", "updated_at": "d", "url": "u", "user": "ada" })
    );
}

#[tokio::test]
async fn github_gives_a_file_byte_by_byte() {
    let bytes = b"\x00\xffraw";
    let server =
        Server::start(move |_, _| Answer::new("200 OK", &[("content-type", "application/vnd.github.raw+json")], bytes))
            .await;
    let stage = Stage::new();
    let config = json!({ "owner": "o", "repository": "r", "path": "/docs/A b.md", "reference": "v1" });
    let mut step = stepped(&server, config, json!({}));
    stage.call("github", "get_file", &server, &mut step).await.unwrap();
    let only = server.only();
    assert_eq!(only.line, "GET /repos/o/r/contents/docs/A%20b.md?ref=v1");
    assert_eq!(only.header("accept"), Some("application/vnd.github.raw+json"));
    let Item { json, binary } = &step.puts[0].item;
    assert_eq!((&json["path"], binary["data"].file_name.as_str()), (&json!("/docs/A b.md"), "A b.md"));
    assert_eq!(stage.content(&binary["data"]).await, bytes);
    let config = json!({ "owner": "o", "repository": "r", "path": "docs" });
    let (items, _) = call("github.get_file", config, |_| Answer::json(json!([{ "name": "a" }]))).await;
    assert_eq!(items.unwrap_err().error.message, "There is no file at this path, but a folder.");
}

#[tokio::test]
async fn github_says_why_not() {
    let config = json!({ "owner": "o", "repository": "r", "title": "T" });
    let (items, _) = call("github.create_issue", config, |_| {
        Answer::status(
            "422 Unprocessable Entity",
            json!({ "message": "Validation Failed", "errors": [{ "field": "title", "code": "missing" }] }),
        )
    })
    .await;
    let error = items.unwrap_err().error;
    assert!(error.message.ends_with("422 Unprocessable Entity: Validation Failed."), "{}", error.message);
    let (items, _) = call("github.get_repository", json!({ "owner": "o", "repository": "r" }), |_| {
        Answer::new(
            "403 Forbidden",
            &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1777888860")],
            r#"{"message":"API rate limit exceeded"}"#,
        )
    })
    .await;
    let failure = items.unwrap_err();
    assert_eq!((failure.error.code, failure.retry_after), (ErrorCode::RateLimited, Some(Duration::from_secs(60))));
}
