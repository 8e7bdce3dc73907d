//! GitHub.

use bridge_domain::{ConnectorManifest, CredentialKind, Risk};

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The GitHub connector.
pub fn connector() -> ConnectorManifest {
    Connector::new("github", "GitHub", "Works with issues, pull requests, releases and files on GitHub.")
        .shown_in(Category::Actions, "IconBrandGithub")
        .synonyms(&["github", "git hub", "repository", "repo", "pull request", "issue tracker"])
        .credential(CredentialKind::Bearer)
        .action(create_issue())
        .action(create_comment())
        .action(list_issues())
        .action(get_repository())
        .action(create_release())
        .action(list_pull_requests())
        .action(get_file())
        .manifest()
}

/// The parameters of an action on a repository: which one, and these.
fn of_repository<const N: usize>(others: [Parameter; N]) -> Vec<Parameter> {
    let owner = Parameter::text("owner", "Owner", "User or organisation the repository belongs to.");
    let repository = Parameter::text("repository", "Repository", "Name of the repository, without its owner.");
    [owner, repository].map(|one| one.required().with("minLength", 1)).into_iter().chain(others).collect()
}

fn state() -> Parameter {
    Parameter::choice("state", "State", "Which ones.", &["open", "closed", "all"]).default("open")
}

fn limit(description: &str) -> Parameter {
    Parameter::integer("limit", "Limit", description, 1..=10_000).default(100)
}

fn create_issue() -> Action {
    Action::new("create_issue", "Create an issue", "Opens an issue in a repository.")
        .synonyms(&["new issue", "open issue", "file a bug", "report a bug", "github issue"])
        .parameters(of_repository([
            Parameter::text("title", "Title", "Title of the issue.").required().with("minLength", 1),
            Parameter::text("body", "Text", "What it says; Markdown works.").format("multiline"),
            Parameter::text("labels", "Labels", "Names of labels, with commas between them."),
            Parameter::text("assignees", "Assignees", "User names, with commas between them."),
        ]))
        .puts_out(&[("number", "integer"), ("url", "string"), ("state", "string"), ("title", "string")])
        .risks(&[Risk::Sends])
}

fn create_comment() -> Action {
    Action::new("create_comment", "Comment", "Adds a comment to an issue or a pull request.")
        .synonyms(&["comment on issue", "add comment", "reply to issue", "comment on pull request"])
        .parameters(of_repository([
            Parameter::value("number", "Number", "Number of the issue or pull request.", &["integer", "string"])
                .required()
                .default("={{ $json.number }}"),
            Parameter::text("body", "Text", "What it says; Markdown works.")
                .required()
                .format("multiline")
                .with("minLength", 1),
        ]))
        .puts_out(&[("id", "integer"), ("url", "string")])
        .risks(&[Risk::Sends])
}

fn list_issues() -> Action {
    Action::new("list_issues", "List issues", "Reads the issues of a repository, one item each.")
        .synonyms(&["get issues", "read issues", "fetch issues", "open issues", "search issues"])
        .parameters(of_repository([
            state(),
            Parameter::text("labels", "Labels", "Only those with all these labels, with commas between them."),
            limit("Issues at most."),
        ]))
        .puts_out(&[
            ("number", "integer"),
            ("title", "string"),
            ("state", "string"),
            ("url", "string"),
            ("user", "string"),
            ("body", "string"),
            ("labels", "array"),
            ("created_at", "string"),
            ("updated_at", "string"),
            ("is_pull_request", "boolean"),
        ])
}

fn get_repository() -> Action {
    Action::new("get_repository", "Get a repository", "Reads what a repository is: its branch, stars, issues and more.")
        .synonyms(&["repository info", "repo details", "github stars", "repository details"])
        .parameters(of_repository([]))
        .puts_out(&[
            ("full_name", "string"),
            ("description", "string"),
            ("url", "string"),
            ("default_branch", "string"),
            ("private", "boolean"),
            ("stars", "integer"),
            ("forks", "integer"),
            ("open_issues", "integer"),
        ])
}

fn create_release() -> Action {
    Action::new(
        "create_release",
        "Create a release",
        "Publishes a release for a tag, which is made when it is not there.",
    )
    .synonyms(&["new release", "publish release", "release version", "tag release"])
    .parameters(of_repository([
        Parameter::text("tag", "Tag", "Name of the tag, such as `v1.2.0`.").required().with("minLength", 1),
        Parameter::text("target", "Target", "Branch or commit for a new tag; the default branch when left out."),
        Parameter::text("name", "Name", "What the release is called; the tag when left out."),
        Parameter::text("body", "Text", "What is new; Markdown works.").format("multiline"),
        Parameter::boolean("draft", "Draft", "Whether it stays unpublished.").default(false),
        Parameter::boolean("prerelease", "Pre-release", "Whether it is marked as not ready for production.")
            .default(false),
    ]))
    .puts_out(&[("id", "integer"), ("tag", "string"), ("url", "string")])
    .risks(&[Risk::Sends])
}

fn list_pull_requests() -> Action {
    Action::new("list_pull_requests", "List pull requests", "Reads the pull requests of a repository, one item each.")
        .synonyms(&["get pull requests", "read prs", "open pull requests", "list prs", "fetch pull requests"])
        .parameters(of_repository([
            state(),
            Parameter::text("base", "Base", "Only those that go into this branch."),
            limit("Pull requests at most."),
        ]))
        .puts_out(&[
            ("number", "integer"),
            ("title", "string"),
            ("state", "string"),
            ("url", "string"),
            ("user", "string"),
            ("draft", "boolean"),
            ("head", "string"),
            ("base", "string"),
            ("created_at", "string"),
            ("merged_at", "string"),
        ])
}

fn get_file() -> Action {
    Action::new(
        "get_file",
        "Get a file",
        "Reads a file of a repository; its content is a file of the item, named data.",
    )
    .synonyms(&["read file from github", "download file", "file contents", "fetch file"])
    .parameters(of_repository([
        Parameter::text("path", "Path", "Path within the repository, such as `docs/guide.md`.")
            .required()
            .with("minLength", 1),
        Parameter::text("reference", "Reference", "Branch, tag or commit; the default branch when left out."),
    ]))
    .puts_out(&[("path", "string")])
}
