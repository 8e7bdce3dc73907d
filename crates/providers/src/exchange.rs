//! The one loop that asks for answers, for all formats: send, read, and try again as long as nothing was shown. What is
//! read is decided elsewhere (`reader`, `failure`, `retry`); here is only the order of things.

use async_stream::stream;
use bridge_domain::{ModelEvent, ModelRequest, ModelStream};
use bridge_gate::Incoming;
use futures_util::{Stream, StreamExt, pin_mut};
use http::header::CONTENT_ENCODING;
use tokio::time::{sleep, timeout};

use crate::connection::Connection;
use crate::dialect::Dialect;
use crate::failure::{self, Failure};
use crate::idle::{Phase, Watch, collect};
use crate::reader::{AnswerReader, compressed};
use crate::{retry, transport};

/// Bytes of an error's body that are read.
const ERROR_BODY: usize = 64 * 1024;

/// How a try ended without an answer.
enum Stop {
    Failed(Failure),
    /// The server refused something optional: ask again in these words.
    Reword(Dialect),
}

impl<F: Into<Failure>> From<F> for Stop {
    fn from(failure: F) -> Self {
        Self::Failed(failure.into())
    }
}

/// Asks and streams the answer. Dropping it at any point drops the connection.
pub(crate) fn stream(connection: Connection, request: ModelRequest) -> ModelStream {
    Box::pin(stream! {
        let mut dialect = connection.dialect(connection.model(&request));
        let mut retries = 0;
        let mut shown = false;
        loop {
            let stop = {
                let attempt = attempt(&connection, &request, dialect);
                pin_mut!(attempt);
                let mut stop = None;
                while let Some(item) = attempt.next().await {
                    match item {
                        Ok(event) => {
                            shown |= is_shown(&event);
                            yield Ok(event);
                        }
                        Err(reason) => stop = Some(reason),
                    }
                }
                stop
            };
            match stop {
                None => break,
                Some(Stop::Reword(other)) => dialect = other,
                Some(Stop::Failed(failure)) => {
                    let wait = if shown { None } else { retry::wait(failure.retry, retries, &connection.limits) };
                    let Some(wait) = wait else {
                        yield Err(failure.error);
                        break;
                    };
                    retries += 1;
                    tracing::debug!(provider = connection.spec.id, code = ?failure.error.code, ?wait, "asking again");
                    sleep(wait).await;
                }
            }
        }
    })
}

/// Whether a person has seen something, after which nothing may be tried again behind their back.
fn is_shown(event: &ModelEvent) -> bool {
    match event {
        ModelEvent::Text(text) | ModelEvent::Reasoning(text) => !text.trim().is_empty(),
        ModelEvent::Usage(_) | ModelEvent::Finish(_) => false,
    }
}

/// One try: events, then at most one reason why there is no answer, then the end.
fn attempt<'a>(
    connection: &'a Connection,
    request: &'a ModelRequest,
    dialect: Dialect,
) -> impl Stream<Item = Result<ModelEvent, Stop>> + 'a {
    stream! {
        let response = match ask(connection, request, dialect).await {
            Ok(response) => response,
            Err(stop) => {
                yield Err(stop);
                return;
            }
        };
        let party = connection.party(connection.model(request));
        let mut reader = AnswerReader::new(party, &connection.host, connection.spec.format.decoder(), connection.limits);
        let mut watch = Watch::start(connection.limits);
        let mut body = response.bytes_stream();
        let mut events = Vec::new();
        loop {
            let finished = reader.phase() == Phase::Finished;
            let bytes = match watch.next(&mut body, reader.phase()).await {
                Ok(Some(Ok(bytes))) => bytes,
                Ok(None) => break,
                // The answer is all there; what is lost is at most a count of tokens.
                Ok(Some(Err(_))) | Err(_) if finished => break,
                Ok(Some(Err(error))) => {
                    yield Err(transport::failure(&error, &connection.base).into());
                    return;
                }
                Err(silence) => {
                    yield Err(failure::silent(party.name, silence.0, party.local).into());
                    return;
                }
            };
            let read = reader.push(&bytes, &mut events);
            for event in events.drain(..) {
                if matches!(event, ModelEvent::Text(_) | ModelEvent::Reasoning(_)) {
                    watch.text_came();
                }
                yield Ok(event);
            }
            match read {
                Ok(()) if reader.is_over() => break,
                Ok(()) => {}
                Err(_) if finished => break,
                Err(failure) => {
                    yield Err(failure.into());
                    return;
                }
            }
        }
        let finish = reader.end(&mut events);
        for event in events {
            yield Ok(event);
        }
        yield finish.map(ModelEvent::Finish).map_err(Stop::from);
    }
}

/// Sends the request and waits for a response that carries an answer.
async fn ask(connection: &Connection, request: &ModelRequest, dialect: Dialect) -> Result<Incoming, Stop> {
    let model = connection.model(request);
    let outgoing = connection.question(model, connection.body(request, dialect))?;
    let limit = connection.limits.first_token;
    let Ok(sent) = timeout(limit, connection.gate.ask(outgoing)).await else {
        return Err(failure::silent(connection.spec.name, limit, connection.spec.local).into());
    };
    let response = sent.map_err(|fault| transport::failure(&fault, &connection.base))?;
    if !response.status().is_success() {
        return Err(refusal(connection, request, dialect, response).await);
    }
    if is_compressed(&response) {
        return Err(compressed(connection.spec.name).into());
    }
    if dialect != connection.dialect(model) {
        connection.learn(model, dialect);
    }
    Ok(response)
}

async fn refusal(connection: &Connection, request: &ModelRequest, dialect: Dialect, response: Incoming) -> Stop {
    let (status, headers) = (response.status(), response.headers().clone());
    let compressed = is_compressed(&response);
    let body = collect(response.bytes_stream(), ERROR_BODY, connection.limits.short_answer).await.body;
    let body = if compressed { &[][..] } else { &body };
    match dialect.after_refusal(status, body, request.schema.is_some()) {
        Some(reworded) => {
            tracing::debug!(provider = connection.spec.id, ?reworded, "asking in other words");
            Stop::Reword(reworded)
        }
        None => failure::from_response(connection.party(connection.model(request)), status, &headers, body).into(),
    }
}

/// Whether a body is compressed. It was not asked for, and is not undone.
pub(crate) fn is_compressed(response: &Incoming) -> bool {
    let encoding = response.headers().get(CONTENT_ENCODING);
    encoding.is_some_and(|value| !value.as_bytes().trim_ascii().is_empty() && value != "identity")
}
