//! Files and what is in them; feeds and mail, which come and go as files do.

use serde_json::{Map, Value};

use super::super::source::field;
use super::{Source, Target};

/// A feed.
pub(super) fn rss(source: &mut Source<'_>) -> Option<Target> {
    source.option("customFields");
    source.option("ignoreSSL");
    source.tell(
        "Entries have `published`, `summary` and `id` instead of `isoDate`, `contentSnippet` and `guid`.",
        "Check expressions that read them.",
    );
    Some(Target::new("rss", "read").set("url", source.text("url")?))
}

/// A message that is sent.
pub(super) fn send_mail(source: &mut Source<'_>) -> Option<Target> {
    if source.word("operation", "send") != "send" {
        return None;
    }
    let default = if source.raw.version >= 2.1 { "html" } else { "text" };
    let kind = if source.raw.version >= 2.0 { source.word("emailFormat", default) } else { "either" };
    let (text, html) = (source.text("text"), source.text("html"));
    let is_html = kind != "text" && html.is_some();
    if is_html && text.is_some() && kind != "html" {
        source.tell("It had a text beside the HTML; only the HTML is sent now.", "");
    }
    let attachments = source.option_text("attachments").or(source.text("attachments"));
    source.option("appendAttribution");
    let mut either = |option: &str| source.option_text(option).or(source.text(option));
    let (cc, bcc) = (either("ccEmail"), either("bccEmail"));
    let reply = either("replyTo");
    Some(
        Target::new("email", "send")
            .set("to", source.text("toEmail").unwrap_or_default())
            .set("subject", source.text("subject").unwrap_or_default())
            .set("body", if is_html { html } else { text }.unwrap_or_default())
            .set("body_kind", if is_html { "html" } else { "text" })
            .set_if("from", source.text("fromEmail"))
            .set_if("cc", cc)
            .set_if("bcc", bcc)
            .set_if("reply_to", reply)
            .set_if("attachments", attachments),
    )
}

/// Reading and writing on this machine.
pub(super) fn read_write(source: &mut Source<'_>) -> Option<Target> {
    if source.word("operation", "read") == "read" { read(source, "fileSelector") } else { write(source) }
}

/// A file that is read.
pub(super) fn read(source: &mut Source<'_>, key: &str) -> Option<Target> {
    let path = source.text(key)?;
    let name = source.option_text("dataPropertyName").or(source.text("dataPropertyName"));
    if name.as_deref().is_some_and(|name| name != "data") {
        source.tell("The file travels under the name `data` here.", "Check the nodes that use the file.");
    }
    told_of_grants(source);
    Some(Target::new("file", "read").set("path", path).set("content", "binary"))
}

/// A file that is written.
pub(super) fn write(source: &mut Source<'_>) -> Option<Target> {
    let path = source.text("fileName")?;
    let file = source.text("dataPropertyName").unwrap_or_else(|| "data".to_owned());
    let exists = if source.option_flag("append", false) { "append" } else { "overwrite" };
    told_of_grants(source);
    Some(Target::new("file", "write").set("path", path).set("binary_field", file).set("if_exists", exists))
}

fn told_of_grants(source: &mut Source<'_>) {
    source
        .tell("A workflow reaches no file until it is given a folder.", "Allow the folder when the step asks for it.");
}

/// What is in a file.
pub(super) fn extract(source: &mut Source<'_>) -> Option<Target> {
    let file = source.text("binaryPropertyName").unwrap_or_else(|| "data".to_owned());
    let header = source.option_flag("headerRow", true);
    let encoding = source.option_text("encoding").map(|name| name.to_lowercase().replace("utf8", "utf-8"));
    let known = ["utf-8", "utf-16le", "utf-16be", "iso-8859-1", "windows-1252"];
    let encoding = encoding.filter(|name| known.contains(&name.as_str()));
    let target = match source.word("operation", "csv") {
        "csv" => Target::new("extract_from_file", "csv")
            .set_if("delimiter", source.option_text("delimiter"))
            .set_if("header_row", (!header).then_some(false))
            .set_if("encoding", encoding),
        "xlsx" => Target::new("extract_from_file", "xlsx")
            .set_if("sheet", source.option_text("sheetName"))
            .set_if("header_row", (!header).then_some(false)),
        "text" => Target::new("extract_from_file", "text")
            .set("field", source.text("destinationKey").unwrap_or_else(|| "data".to_owned()))
            .set_if("encoding", encoding),
        "fromJson" => {
            source.value("destinationKey");
            source.tell(
                "The fields of the JSON are put out themselves, not in a field `data`.",
                "Check what reads them.",
            );
            Target::new("extract_from_file", "json").set_if("encoding", encoding)
        }
        _ => return None,
    };
    Some(target.set("binary_field", file))
}

/// Items in a file.
pub(super) fn convert(source: &mut Source<'_>) -> Option<Target> {
    let file = source.text("binaryPropertyName").unwrap_or_else(|| "data".to_owned());
    let name = source.option_text("fileName");
    let header = source.option_flag("headerRow", true);
    let target = match source.word("operation", "csv") {
        "csv" => Target::new("convert_to_file", "csv")
            .set_if("delimiter", source.option_text("delimiter"))
            .set_if("header_row", (!header).then_some(false)),
        "xlsx" => Target::new("convert_to_file", "xlsx").set_if("sheet", source.option_text("sheetName")),
        "html" => Target::new("convert_to_file", "html").set_if("header_row", (!header).then_some(false)),
        "toJson" => {
            let each = source.word("mode", "once") == "each";
            Target::new("convert_to_file", "json").set_if("each_item", each.then_some(true))
        }
        "toText" => {
            let field = source.text("sourceProperty")?;
            Target::new("convert_to_file", "text").set("text", format!("={{{{ $json{} }}}}", path(&field)?))
        }
        _ => return None,
    };
    Some(target.set("binary_field", file).set_if("file_name", name))
}

/// A field's name as the end of an expression.
fn path(name: &str) -> Option<String> {
    let parts: Option<Vec<String>> = name
        .split('.')
        .map(|part| {
            let is_plain = part.chars().all(|one| one.is_ascii_alphanumeric() || one == '_');
            let begins = part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
            (is_plain && begins).then(|| format!(".{part}"))
        })
        .collect();
    parts.map(|parts| parts.concat())
}

/// Texts of a page, by CSS selectors.
pub(super) fn html(source: &mut Source<'_>) -> Option<Target> {
    if source.word("operation", "extractHtmlContent") != "extractHtmlContent" {
        return None;
    }
    let property = source.text("dataPropertyName").unwrap_or_else(|| "data".to_owned());
    let fields: Option<Vec<Value>> = source.entries("extractionValues", "values").into_iter().map(selected).collect();
    let fields = fields.filter(|fields| !fields.is_empty())?;
    source.option("trimValues");
    source.option("cleanUpText");
    let target = Target::new("extract_from_file", "html").set("fields", fields);
    Some(if source.word("sourceData", "json") == "binary" {
        target.set("binary_field", property)
    } else {
        target.set("source", format!("={{{{ $json{} }}}}", path(&property)?))
    })
}

fn selected(entry: &Map<String, Value>) -> Option<Value> {
    let take = match entry.get("returnValue").and_then(Value::as_str).unwrap_or("text") {
        kind @ ("text" | "html" | "attribute") => kind,
        _ => return None,
    };
    let mut made =
        serde_json::json!({ "name": field(entry, "key")?, "selector": field(entry, "cssSelector")?, "take": take });
    if let Some(attribute) = field(entry, "attribute").filter(|_| take == "attribute") {
        made["attribute"] = attribute.into();
    }
    if entry.get("returnArray") == Some(&Value::Bool(true)) {
        made["all"] = true.into();
    }
    Some(made)
}
