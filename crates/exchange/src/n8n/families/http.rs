//! Requests to web services, in the four shapes that the node has had.

use serde_json::{Map, Value, json};

use super::super::source::{field, objects};
use super::flow::json_body;
use super::{Source, Target};

const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// A request.
pub(super) fn request(source: &mut Source<'_>) -> Option<Target> {
    let newer = source.raw.version >= 3.0;
    let method = source.word(if newer { "method" } else { "requestMethod" }, "GET");
    if !METHODS.contains(&method) {
        return None;
    }
    let target =
        Target::new("http", "request").set("method", method).set("url", source.text("url").unwrap_or_default());
    let target = target.set_if("authentication", authentication(source));
    let target = if newer { content(source, target)? } else { older_content(source, target)? };
    let target = answer(source, target);
    Some(paging(source, target))
}

/// The kind of credential; none for a request without one.
fn authentication(source: &mut Source<'_>) -> Option<&'static str> {
    let chosen = source.word("authentication", "none");
    let kind = source.value("genericAuthType").and_then(Value::as_str).unwrap_or(chosen);
    let service = source.value("nodeCredentialType").and_then(Value::as_str);
    match kind {
        "none" => None,
        _ if chosen == "none" => None,
        "httpBasicAuth" | "basicAuth" => Some("basic"),
        "httpBearerAuth" => Some("bearer"),
        "httpHeaderAuth" | "headerAuth" => Some("header"),
        "httpQueryAuth" | "queryAuth" => Some("query"),
        "oAuth2Api" | "oAuth2" => Some("oauth2"),
        _ => {
            let name: String = service.unwrap_or(kind).chars().take(60).collect();
            source.tell(
                format!("It signed in by “{name}”."),
                "Check which kind of credential the service wants; a bearer token is assumed.",
            );
            Some(if service.is_some_and(|service| service.ends_with("OAuth2Api")) { "oauth2" } else { "bearer" })
        }
    }
}

/// Names and values.
fn pairs(entries: Vec<&Map<String, Value>>) -> Map<String, Value> {
    let value = |entry: &Map<String, Value>| entry.get("value").cloned().unwrap_or_else(|| "".into());
    entries.into_iter().filter_map(|entry| Some((field(entry, "name")?, value(entry)))).collect()
}

/// Headers, whose values are texts.
fn texts(pairs: Map<String, Value>) -> Map<String, Value> {
    let text = |value: Value| if value.is_string() { value } else { value.to_string().into() };
    pairs.into_iter().map(|(name, value)| (name, text(value))).collect()
}

/// A parameter that is written as pairs or as JSON; none when it is JSON by an expression.
fn named(source: &mut Source<'_>, sent: &str, how: &str, list: &str, json: &str) -> Option<Map<String, Value>> {
    if !source.flag(sent, false) {
        for unused in [how, list, json] {
            source.value(unused);
        }
        return Some(Map::new());
    }
    if source.word(how, "keypair") == "json" {
        return match json_body(source.value(json)) {
            Value::Object(object) => Some(object),
            _ => None,
        };
    }
    Some(pairs(source.entries(list, "parameters")))
}

fn content(source: &mut Source<'_>, target: Target) -> Option<Target> {
    let query = named(source, "sendQuery", "specifyQuery", "queryParameters", "jsonQuery")?;
    let headers = named(source, "sendHeaders", "specifyHeaders", "headerParameters", "jsonHeaders")?;
    let target = target
        .set_if("query", (!query.is_empty()).then_some(query))
        .set_if("headers", (!headers.is_empty()).then(|| texts(headers)));
    let body_keys =
        ["contentType", "specifyBody", "bodyParameters", "jsonBody", "body", "rawContentType", "inputDataFieldName"];
    if !source.flag("sendBody", false) {
        body_keys.into_iter().for_each(|key| {
            source.value(key);
        });
        return Some(target);
    }
    let entries = source.entries("bodyParameters", "parameters");
    Some(match (source.word("contentType", "json"), source.word("specifyBody", "keypair")) {
        ("json", "json") => target.set("body_kind", "json").set("body", json_body(source.value("jsonBody"))),
        ("json", _) => target.set("body_kind", "json").set("body", pairs(entries)),
        ("form-urlencoded", "string") => {
            target.set("body_kind", "text").set("body", source.text("body").unwrap_or_default())
        }
        ("form-urlencoded", _) => target.set("body_kind", "form").set("body", pairs(entries)),
        ("multipart-form-data", _) => multipart(target, entries),
        ("binaryData", _) => {
            let file = source.text("inputDataFieldName").unwrap_or_else(|| "data".to_owned());
            target.set("body_kind", "binary").set("file", file)
        }
        ("raw", _) => {
            let kind = source.text("rawContentType");
            let target = target.set("body_kind", "text").set("body", source.text("body").unwrap_or_default());
            with_content_type(target, kind)
        }
        _ => return None,
    })
}

fn multipart(target: Target, entries: Vec<&Map<String, Value>>) -> Target {
    let (files, plain): (Vec<_>, Vec<_>) = entries
        .into_iter()
        .partition(|entry| entry.get("parameterType").and_then(Value::as_str) == Some("formBinaryData"));
    let files: Map<String, Value> = files
        .into_iter()
        .filter_map(|entry| Some((field(entry, "name")?, field(entry, "inputDataFieldName")?.into())))
        .collect();
    let target = target.set("body_kind", "multipart").set("body", pairs(plain));
    target.set_if("files", (!files.is_empty()).then_some(files))
}

fn with_content_type(mut target: Target, kind: Option<String>) -> Target {
    let (Some(kind), Some(part)) = (kind, target.parts.last_mut()) else { return target };
    let headers = part.config.entry("headers").or_insert_with(|| json!({}));
    if let Some(headers) = headers.as_object_mut().filter(|headers| !headers.contains_key("Content-Type")) {
        headers.insert("Content-Type".to_owned(), kind.into());
    }
    target
}

/// The first two shapes: everything in lists of one more level.
fn older_content(source: &mut Source<'_>, target: Target) -> Option<Target> {
    let is_json = source.flag("jsonParameters", false);
    let mut named = |list: &str, json: &str| {
        let (list, json) = (source.entries(list, "parameter"), source.value(json));
        match (is_json, json) {
            (false, _) => Some(pairs(list)),
            (true, None) => Some(Map::new()),
            (true, json) => json_body(json).as_object().cloned(),
        }
    };
    let query = named("queryParametersUi", "queryParametersJson")?;
    let headers = named("headerParametersUi", "headerParametersJson")?;
    let body = match (is_json, source.value("bodyParametersJson")) {
        (true, Some(body)) => Some(json_body(Some(body))),
        _ => Some(Value::Object(pairs(source.entries("bodyParametersUi", "parameter")))),
    };
    let body = body.filter(|body| body.as_object().is_none_or(|body| !body.is_empty()));
    let kind = match source.option("bodyContentType").and_then(Value::as_str) {
        Some("form-urlencoded") => "form",
        Some("multipart-form-data") => "multipart",
        Some("raw") => "text",
        _ => "json",
    };
    Some(
        target
            .set_if("query", (!query.is_empty()).then_some(query))
            .set_if("headers", (!headers.is_empty()).then(|| texts(headers)))
            .set_if("body_kind", body.is_some().then_some(kind))
            .set_if("body", body),
    )
}

/// How the answer is read.
fn answer(source: &mut Source<'_>, target: Target) -> Target {
    let response = source.option("response").map(|response| &response["response"]);
    let within = |key: &str| response.and_then(|response| response.get(key));
    let format =
        within("responseFormat").and_then(Value::as_str).or(source.value("responseFormat").and_then(Value::as_str));
    let format = match format {
        Some("json") => Some("json"),
        Some("text" | "string") => Some("text"),
        Some("file") => Some("file"),
        _ => None,
    };
    let file =
        within("outputPropertyName").and_then(Value::as_str).map(str::to_owned).or(source.text("dataPropertyName"));
    let full = within("fullResponse").and_then(Value::as_bool).unwrap_or_default()
        || source.option_flag("fullResponse", false);
    let never_error = within("neverError").and_then(Value::as_bool).unwrap_or_default();
    let redirect = source.option("redirect").map(|redirect| redirect["redirect"].clone()).unwrap_or_default();
    if source.option_flag("allowUnauthorizedCerts", false) || source.flag("allowUnauthorizedCerts", false) {
        source.tell("It accepted any certificate; Bridge never does.", "Give the server a certificate that is valid.");
    }
    if full {
        source
            .tell("A full response has the field `status` instead of `statusCode`.", "Check expressions that read it.");
    }
    let seconds = source.option("timeout").and_then(Value::as_u64).map(|time| time.div_ceil(1_000).clamp(1, 3_600));
    let batch = source.option("batching").map(|batching| batching["batch"].clone()).unwrap_or_default();
    let number = |value: &Value, least: i64| value.as_i64().filter(|number| *number >= least);
    target
        .set_if("response", format)
        .set_if("output_file", file.filter(|_| format == Some("file")))
        .set_if("full_response", full.then_some(true))
        .set_if("fail_on_error_status", never_error.then_some(false))
        .set_if("follow_redirects", (redirect["followRedirects"] == false).then_some(false))
        .set_if("max_redirects", number(&redirect["maxRedirects"], 1).filter(|most| *most <= 20))
        .set_if("timeout_seconds", seconds)
        .set_if("batch_size", number(&batch["batchSize"], 1))
        .set_if("batch_interval_ms", number(&batch["batchInterval"], 0))
}

/// Further pages, where the next one is told by the answer in a plain way.
fn paging(source: &mut Source<'_>, target: Target) -> Target {
    let Some(paging) = source.option("pagination").map(|paging| &paging["pagination"]) else { return target };
    let mode = paging["paginationMode"].as_str().unwrap_or("updateAParameterInEachRequest");
    if mode == "off" {
        return target;
    }
    let next = paging["nextURL"].as_str().and_then(|text| text.trim_start_matches('=').trim().strip_prefix("{{"));
    let next = next.and_then(|text| text.trim().trim_end_matches("}}").trim().strip_prefix("$response.body."));
    let is_path = |path: &&str| path.chars().all(|one| one.is_alphanumeric() || one == '.' || one == '_');
    if let ("responseContainsNextURL", Some(path)) = (mode, next.filter(is_path)) {
        return target.set("pagination", "next_url").set("next_path", path);
    }
    let names: Vec<String> =
        objects(paging["parameters"].get("parameters")).into_iter().filter_map(|entry| field(entry, "name")).collect();
    source.tell(
        format!(
            "It asked for further pages by {}; now it asks for the first one only.",
            match names.as_slice() {
                [] => "an expression".to_owned(),
                names => names.join(", "),
            }
        ),
        "Set Pagination.",
    );
    target
}
