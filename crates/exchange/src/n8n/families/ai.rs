//! Language models. n8n keeps the model in a node of its own that serves another one; here it is a setting of that one.

use serde_json::{Map, Value, json};

use super::super::document::RawNode;
use super::super::source::{field, objects};
use super::{Source, Target};

/// Kind of connection by which a model serves a node.
const MODEL: &str = "ai_languageModel";

/// n8n's nodes of models, and the providers they speak to.
const PROVIDERS: &[(&str, &str)] = &[
    ("lmChatOpenAi", "openai"),
    ("lmOpenAi", "openai"),
    ("lmChatAnthropic", "anthropic"),
    ("lmChatGoogleGemini", "gemini"),
    ("lmChatDeepSeek", "deepseek"),
    ("lmChatOpenRouter", "openrouter"),
    ("lmChatGroq", "groq"),
    ("lmChatMistralCloud", "mistral"),
    ("lmChatOllama", "ollama"),
    ("lmOllama", "ollama"),
];

/// A chain of one prompt.
pub(super) fn chain(source: &mut Source<'_>) -> Option<Target> {
    if source.served_kinds().iter().any(|kind| *kind != MODEL) || source.flag("hasOutputParser", false) {
        return None;
    }
    let mut system = Vec::new();
    for message in source.entries("messages", "messageValues") {
        match message.get("type").and_then(Value::as_str).unwrap_or("SystemMessagePromptTemplate") {
            "SystemMessagePromptTemplate" => system.extend(field(message, "message")),
            _ => return None,
        }
    }
    source.value("batching");
    let target = Target::new("llm", "prompt").set("prompt", prompt(source)).set_if("system", joined(&system));
    Some(with_model(source, target))
}

/// An agent without tools is a prompt; one with tools or a memory has no counterpart.
pub(super) fn agent(source: &mut Source<'_>) -> Option<Target> {
    if source.served_kinds().iter().any(|kind| *kind != MODEL) || source.flag("hasOutputParser", false) {
        return None;
    }
    for key in ["agent", "needsFallback"] {
        source.value(key);
    }
    source.option("maxIterations");
    source.tell("The answer is in `text` instead of `output`.", "Check expressions that read the answer.");
    let system = source.option_text("systemMessage");
    let target = Target::new("llm", "prompt").set("prompt", prompt(source)).set_if("system", system);
    Some(with_model(source, target))
}

/// What is asked.
fn prompt(source: &mut Source<'_>) -> String {
    let define = source.word("promptType", "auto") == "define";
    let text = source.text("text").or(source.text("prompt"));
    text.filter(|_| define || source.raw.version < 1.4).unwrap_or_else(|| "={{ $json.chatInput }}".to_owned())
}

/// Messages in one text; an expression among them makes the whole one.
fn joined(messages: &[String]) -> Option<String> {
    if messages.is_empty() {
        return None;
    }
    let plain = |text: &String| text.strip_prefix('=').unwrap_or(text).to_owned();
    let text = messages.iter().map(plain).collect::<Vec<_>>().join("\n\n");
    Some(if messages.iter().any(|text| text.starts_with('=')) { format!("={text}") } else { text })
}

/// Takes the model over from the node that serves it.
fn with_model(source: &mut Source<'_>, target: Target) -> Target {
    let subs = source.served_by(MODEL);
    let [sub] = subs.as_slice() else {
        source.tell("It has no model, or several; the default one is asked.", "Choose provider and model.");
        return target;
    };
    let name = sub.kind.rsplit('.').next().unwrap_or_default();
    let Some((_, provider)) = PROVIDERS.iter().find(|(kind, _)| *kind == name) else {
        let kind: String = sub.kind.chars().take(80).collect();
        source.tell(format!("Its model “{kind}” has no counterpart."), "Choose provider and model.");
        return target;
    };
    // A model may serve several nodes, and then each has its settings.
    source.absorb(sub);
    source.tell(
        format!(
            "The settings of “{}” are its own now; the key is that of the provider in Bridge's settings.",
            sub.name
        ),
        "Check the model, and that the provider has a key.",
    );
    let options = sub.parameters.get("options");
    let option = |key: &str| options.and_then(|options| options.get(key)).filter(|value| value.is_number()).cloned();
    let most = option("maxTokens").or(option("maxTokensToSample")).or(option("maxOutputTokens"));
    target
        .set("provider", *provider)
        .set_if("model", model(sub))
        .set_if("temperature", option("temperature"))
        .set_if("max_tokens", most.filter(|most| most.as_u64().is_some_and(|most| (1..=131_072).contains(&most))))
}

fn model(sub: &RawNode) -> Option<String> {
    let value = sub.parameters.get("model").or(sub.parameters.get("modelName"))?;
    let value = value.get("value").unwrap_or(value);
    value.as_str().map(|name| name.trim_start_matches("models/").to_owned()).filter(|name| !name.is_empty())
}

/// Fields that a model reads from a text.
pub(super) fn extractor(source: &mut Source<'_>) -> Option<Target> {
    let target = Target::new("llm", "extract").set("text", source.text("text")?);
    let target = match source.word("schemaType", "fromAttributes") {
        "fromAttributes" => {
            let fields: Vec<Value> =
                source.entries("attributes", "attributes").into_iter().filter_map(attribute).collect();
            target.set("fields", fields)
        }
        "manual" => target.set("schema", source.text("inputSchema")?),
        _ => return None,
    };
    source.tell("The values are in `fields` instead of `output`.", "Check expressions that read them.");
    let target = target.set_if("instructions", source.option_text("systemPromptTemplate"));
    let mut target = with_model(source, target);
    if let Some(part) = target.parts.last_mut() {
        part.config.remove("temperature");
    }
    Some(target)
}

fn attribute(entry: &Map<String, Value>) -> Option<Value> {
    let kind = match entry.get("type").and_then(Value::as_str).unwrap_or("string") {
        kind @ ("number" | "boolean" | "date") => kind,
        _ => "text",
    };
    let mut made = json!({ "name": field(entry, "name")?, "type": kind });
    if let Some(description) = field(entry, "description") {
        made["description"] = description.into();
    }
    if entry.get("required") == Some(&Value::Bool(true)) {
        made["required"] = true.into();
    }
    Some(made)
}

/// OpenAI's own node: messages to a model.
pub(super) fn openai(source: &mut Source<'_>) -> Option<Target> {
    if !source.served_kinds().is_empty() {
        return None;
    }
    let (resource, operation) = (source.word("resource", "text"), source.word("operation", "message"));
    if !matches!((resource, operation), ("text", "message" | "response") | ("chat", "complete" | "message")) {
        return None;
    }
    let messages = source
        .value("messages")
        .or(source.value("prompt"))
        .or(source.value("responses"))
        .map(|list| objects(list.get("values").or(list.get("messages"))))
        .unwrap_or_default();
    let (mut system, mut prompt) = (Vec::new(), Vec::new());
    for message in messages {
        match message.get("role").and_then(Value::as_str).unwrap_or("user") {
            "user" => prompt.extend(field(message, "content")),
            "system" => system.extend(field(message, "content")),
            _ => return None,
        }
    }
    let json = source.flag("jsonOutput", false);
    source.flag("simplify", true);
    source.tell(
        "The answer is in `text` instead of `message.content`; the key is that of OpenAI in Bridge's settings.",
        "Check expressions that read the answer, and the model.",
    );
    Some(
        Target::new("llm", "prompt")
            .set("prompt", joined(&prompt)?)
            .set_if("system", joined(&system))
            .set("provider", "openai")
            .set_if("model", source.text("modelId").or(source.text("model")).or(source.text("chatModel")))
            .set_if("temperature", source.option_number("temperature"))
            .set_if("max_tokens", source.option_number("maxTokens").or(source.option_number("maxToken")))
            .set_if("answer", json.then_some("json")),
    )
}
