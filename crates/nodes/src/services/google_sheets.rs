//! Google Sheets. A row is an object named by the sheet's first row, so reading and writing one takes several requests:
//! that is why these actions are code. Values are written as they are: a text that begins with `=` stays a text, because
//! what comes from outside may not become a formula.

mod cells;

use std::sync::Arc;

use bridge_domain::{Config, CredentialKind, Effect, Executor, Item, Outcome, Step, StepFailure};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use url::Url;

use crate::Services;
use crate::failure::{failed, failed_at};
use crate::http::whole;
use crate::parameters::text_of;
use crate::per_item::{ItemWork, Puts, Task, per_item_waiting};
use crate::services::api::{Api, credential_of};
use crate::services::description::Refusal;
use crate::services::refusal;
use crate::services::template::{Source, segment};
use cells::{Table, column_name, first_row, quoted, row_of};

/// Where Google Sheets is.
const BASE_URL: &str = "https://sheets.googleapis.com";
/// Kinds of credential it takes.
const CREDENTIALS: &[CredentialKind] = &[CredentialKind::OAuth2, CredentialKind::Bearer];
/// Field in which a row that was read keeps its number.
const ROW_NUMBER: &str = "row_number";

/// What an action does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Append,
    Read,
    Update,
}

struct Sheets {
    services: Arc<Services>,
    action: Action,
    base_url: Option<Url>,
}

/// Adds a row. `base_url`: where Google Sheets is, in place of [`BASE_URL`].
pub fn append(services: &Arc<Services>, base_url: Option<Url>) -> Box<dyn Executor> {
    Box::new(Sheets { services: services.clone(), action: Action::Append, base_url })
}

/// Reads rows.
pub fn read(services: &Arc<Services>, base_url: Option<Url>) -> Box<dyn Executor> {
    Box::new(Sheets { services: services.clone(), action: Action::Read, base_url })
}

/// Changes a row.
pub fn update(services: &Arc<Services>, base_url: Option<Url>) -> Box<dyn Executor> {
    Box::new(Sheets { services: services.clone(), action: Action::Update, base_url })
}

impl Executor for Sheets {
    fn effect(&self, _config: &Config) -> Effect {
        // Writing the same values into the same cells again changes nothing, but the row may be another one by then.
        if self.action == Action::Read { Effect::Harmless } else { Effect::Outside }
    }

    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> BoxFuture<'a, Result<Outcome, StepFailure>> {
        Box::pin(per_item_waiting(step, self))
    }
}

impl ItemWork for Sheets {
    fn work<'w>(&'w self, task: Task<'w>) -> BoxFuture<'w, Result<Puts, StepFailure>> {
        Box::pin(async move {
            let default = || Url::parse(BASE_URL).map_err(|_| failed("The address of Google Sheets is wrong.", ""));
            let base_url = self.base_url.clone().map_or_else(default, Ok)?;
            let credential = credential_of(&task, CREDENTIALS).await?;
            let api = Api { services: &self.services, task, base_url: &base_url, credential: Some(credential) };
            let source = Source { parameters: task.parameters, item: task.item };
            let path = source.path("/v4/spreadsheets/{spreadsheet_id}", |_| Ok(String::new()))?;
            let sheet = quoted(&task.parameters.text_or("sheet", "Sheet1")?);
            let spreadsheet = Spreadsheet { api, path, sheet };
            let items = match self.action {
                Action::Append => vec![spreadsheet.append(&source).await?],
                Action::Read => spreadsheet.read().await?,
                Action::Update => vec![spreadsheet.update(&source).await?],
            };
            Ok(items.into_iter().map(|item| (0, item)).collect())
        })
    }
}

/// One spreadsheet and a sheet in it.
struct Spreadsheet<'t> {
    api: Api<'t>,
    path: String,
    sheet: String,
}

impl Spreadsheet<'_> {
    async fn append(&self, source: &Source<'_>) -> Result<Item, StepFailure> {
        let values = row_values(source)?;
        let header = self.values(&format!("{}!1:1", self.sheet)).await?;
        let header = header["values"][0].as_array().cloned().unwrap_or_default();
        let rows = if header.is_empty() {
            let names: Vec<Value> = values.keys().map(|name| name.as_str().into()).collect();
            json!([names, values.values().collect::<Vec<_>>()])
        } else {
            let table = Table::new(header, Vec::new(), 1);
            json!([table.row(&values)?])
        };
        let path = format!("{}/values/{}:append", self.path, segment(&self.sheet));
        let mut url = self.api.url(&path)?;
        url.query_pairs_mut().append_pair("valueInputOption", "RAW").append_pair("insertDataOption", "INSERT_ROWS");
        let body = json!({ "majorDimension": "ROWS", "values": rows });
        let answer = self.ask("POST", url, Some(&body)).await?;
        let range = answer["updates"]["updatedRange"].as_str().unwrap_or_default();
        let below_header = u64::from(header_was_written(&rows));
        Ok(with_row_number(values, first_row(range).map(|row| row + below_header)))
    }

    async fn read(&self) -> Result<Vec<Item>, StepFailure> {
        let parameters = self.api.task.parameters;
        let limit = usize::try_from(whole(parameters, "limit", 1..=100_000, 1000)?).unwrap_or(usize::MAX);
        let range = match parameters.text_or("range", "")? {
            range if range.is_empty() => self.sheet.clone(),
            range if range.contains('!') => range,
            range => format!("{}!{}", self.sheet, range),
        };
        let table = self.table(&range).await?;
        Ok(table.items().take(limit).map(|(row, values)| with_row_number(values, Some(row))).collect())
    }

    async fn update(&self, source: &Source<'_>) -> Result<Item, StepFailure> {
        let parameters = self.api.task.parameters;
        let column = parameters.required_text("match_column")?;
        let sought = parameters.required("match_value", Ok(parameters.value("match_value")))?;
        let mut values = row_values(source)?;
        let table = self.table(&self.sheet).await?;
        let row = row_of(&table, &column, sought)?;
        if values.get(&column).is_some_and(|value| text_of(value) == text_of(sought)) {
            values.shift_remove(&column);
        }
        let mut data = Vec::new();
        for (name, value) in &values {
            let cell = format!("{}!{}{row}", self.sheet, column_name(table.column(name)?));
            data.push(json!({ "range": cell, "majorDimension": "ROWS", "values": [[value]] }));
        }
        if data.is_empty() {
            return Err(failed_at(
                "values",
                "There is nothing to change in the row.",
                "Name a column and its new value.",
            ));
        }
        let url = self.api.url(&format!("{}/values:batchUpdate", self.path))?;
        self.ask("POST", url, Some(&json!({ "valueInputOption": "RAW", "data": data }))).await?;
        values.insert(column, sought.clone());
        Ok(with_row_number(values, Some(row)))
    }

    async fn table(&self, range: &str) -> Result<Table, StepFailure> {
        let mut answer = self.values(range).await?;
        let first = answer["range"].as_str().and_then(first_row).unwrap_or(1);
        let Value::Array(rows) = answer["values"].take() else { return Ok(Table::default()) };
        let mut rows = rows.into_iter().map(|row| if let Value::Array(cells) = row { cells } else { Vec::new() });
        Ok(Table::new(rows.next().unwrap_or_default(), rows.collect(), first))
    }

    async fn values(&self, range: &str) -> Result<Value, StepFailure> {
        let mut url = self.api.url(&format!("{}/values/{}", self.path, segment(range)))?;
        url.query_pairs_mut()
            .append_pair("majorDimension", "ROWS")
            .append_pair("valueRenderOption", "UNFORMATTED_VALUE")
            .append_pair("dateTimeRenderOption", "FORMATTED_STRING");
        self.ask("GET", url, None).await
    }

    async fn ask(&self, method: &str, url: Url, body: Option<&Value>) -> Result<Value, StepFailure> {
        let answer = self.api.send(method, url, [], body).await?;
        let content = answer.json().unwrap_or_default();
        let said = Refusal { messages: vec!["error.message".to_owned()], ..Refusal::default() };
        let now = self.api.task.step.info().now;
        match refusal::failure(&said, &answer, &content, self.api.credential.as_ref(), now) {
            Some(failure) => Err(failure),
            None if content.is_null() => answer.json(),
            None => Ok(content),
        }
    }
}

/// What is to be written: the values that are set, or else the item's own fields.
fn row_values(source: &Source<'_>) -> Result<Config, StepFailure> {
    let template = json!({ "$map_or_item": "values", "without": [ROW_NUMBER] });
    let Some(Value::Object(values)) = source.value(&template)? else { return Ok(Config::new()) };
    if values.is_empty() {
        return Err(failed_at("values", "There is nothing to write.", "Name columns and their values."));
    }
    Ok(values.into_iter().map(|(name, value)| (name, cell(value))).collect())
}

/// A value as a cell can hold it.
fn cell(value: Value) -> Value {
    if value.is_array() || value.is_object() { value.to_string().into() } else { value }
}

fn header_was_written(rows: &Value) -> bool {
    rows.as_array().is_some_and(|rows| rows.len() == 2)
}

fn with_row_number(mut values: Config, row: Option<u64>) -> Item {
    values.insert(ROW_NUMBER.to_owned(), row.into());
    values.into()
}
