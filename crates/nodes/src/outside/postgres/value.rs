//! Values of PostgreSQL and of JSON. Parameters are sent as text, which the server reads by the type the statement wants;
//! results come in the server's binary formats (the `*send` functions of its source).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bridge_domain::read_json;
use bytes::BytesMut;
use jiff::civil::{Date, DateTime, Time, date};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Number, Value};

use tokio_postgres::types::{Format, FromSql, IsNull, Kind, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use super::numeric::numeric;

type Failure = Box<dyn std::error::Error + Sync + Send>;

/// A value for a parameter.
#[derive(Debug, Clone)]
pub struct Bound(pub Value);

impl ToSql for Bound {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match text_for(&self.0, kind)? {
            Some(text) => {
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
            None => Ok(IsNull::Yes),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

/// A value as the server reads it for this type; none for null.
fn text_for(value: &Value, kind: &Type) -> Result<Option<String>, Failure> {
    let json = matches!(*kind, Type::JSON | Type::JSONB);
    Ok(Some(match (value, kind.kind()) {
        (Value::Null, _) => return Ok(None),
        (value, _) if json => value.to_string(),
        (Value::Array(list), Kind::Array(element)) => array(list, element)?,
        (Value::String(text), _) if *kind == Type::BYTEA => {
            let bytes = STANDARD.decode(text).map_err(|_| "a value for a bytea column must be Base64")?;
            format!("\\x{}", hex(&bytes))
        }
        (Value::String(text), _) if text.contains('\0') => {
            return Err("PostgreSQL takes no NUL character in a text".into());
        }
        (Value::String(text), _) => text.clone(),
        (Value::Number(number), _) => plain(number),
        (value, _) => value.to_string(),
    }))
}

/// A number as text; a whole one without a fraction, so that it fits a column of whole numbers.
#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and within 53 bits")]
fn plain(number: &Number) -> String {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() <= EXACT => (float as i64).to_string(),
        _ => number.to_string(),
    }
}

/// A list in the server's notation of arrays.
fn array(list: &[Value], element: &Type) -> Result<String, Failure> {
    let mut text = String::from("{");
    for (place, value) in list.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        match value {
            Value::Array(inner) if !matches!(*element, Type::JSON | Type::JSONB) => {
                text.push_str(&array(inner, element)?)
            }
            value => match text_for(value, element)? {
                None => text.push_str("NULL"),
                Some(value) => {
                    text.push('"');
                    text.push_str(&value.replace('\\', "\\\\").replace('"', "\\\""));
                    text.push('"');
                }
            },
        }
    }
    text.push('}');
    Ok(text)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A value of a row. Numbers that JSON's readers would round are text: `numeric`, and whole ones beyond 53 bits.
#[derive(Debug)]
pub struct Cell(pub Value);

impl<'a> FromSql<'a> for Cell {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        value_of(kind, raw).map(Self)
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failure> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

fn value_of(kind: &Type, raw: &[u8]) -> Result<Value, Failure> {
    match kind.kind() {
        Kind::Array(_) => return Ok(Vec::<Cell>::from_sql(kind, raw)?.into_iter().map(|cell| cell.0).collect()),
        Kind::Domain(inner) => return value_of(inner, raw),
        Kind::Enum(_) => return Ok(std::str::from_utf8(raw)?.into()),
        _ => {}
    }
    Ok(match *kind {
        Type::BOOL => (bytes::<1>(raw)? != [0]).into(),
        Type::INT2 => i16::from_be_bytes(bytes(raw)?).into(),
        Type::INT4 => i32::from_be_bytes(bytes(raw)?).into(),
        Type::OID => u32::from_be_bytes(bytes(raw)?).into(),
        Type::INT8 => whole(i64::from_be_bytes(bytes(raw)?)),
        Type::FLOAT4 => float(f32::from_be_bytes(bytes(raw)?).to_string()),
        Type::FLOAT8 => float(f64::from_be_bytes(bytes(raw)?).to_string()),
        Type::NUMERIC => numeric(raw)?.into(),
        Type::JSON => read_json(std::str::from_utf8(raw)?)?,
        Type::JSONB => read_json(std::str::from_utf8(raw.get(1..).unwrap_or_default())?)?,
        Type::UUID => Uuid::from_slice(raw)?.to_string().into(),
        Type::BYTEA => STANDARD.encode(raw).into(),
        Type::TIMESTAMPTZ => moment(i64::from_be_bytes(bytes(raw)?), true)?.into(),
        Type::TIMESTAMP => moment(i64::from_be_bytes(bytes(raw)?), false)?.into(),
        Type::DATE => day(i32::from_be_bytes(bytes(raw)?))?.into(),
        Type::TIME => Time::midnight().checked_add(micros(i64::from_be_bytes(bytes(raw)?)))?.to_string().into(),
        Type::INTERVAL => interval(raw)?.into(),
        Type::VOID => Value::Null,
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::XML | Type::UNKNOWN => {
            std::str::from_utf8(raw)?.into()
        }
        _ if kind.name() == "citext" => std::str::from_utf8(raw)?.into(),
        _ => {
            return Err(
                format!("values of the type {kind} cannot be read; cast them to text, such as `column::text`").into()
            );
        }
    })
}

fn bytes<const N: usize>(raw: &[u8]) -> Result<[u8; N], Failure> {
    raw.try_into().map_err(|_| "the server sent a value of another length than its type has".into())
}

fn whole(number: i64) -> Value {
    const EXACT: u64 = 9_007_199_254_740_991;
    if number.unsigned_abs() <= EXACT { number.into() } else { number.to_string().into() }
}

/// A float as a number by its shortest text; `NaN` and infinity, which JSON does not have, as text.
fn float(text: String) -> Value {
    text.parse().ok().and_then(Number::from_f64).map_or(Value::String(text), Value::Number)
}

fn micros(count: i64) -> SignedDuration {
    SignedDuration::from_micros(count)
}

/// The day from which PostgreSQL counts.
const EPOCH: Date = date(2000, 1, 1);

fn moment(micro: i64, zoned: bool) -> Result<String, Failure> {
    match micro {
        i64::MAX => Ok("infinity".to_owned()),
        i64::MIN => Ok("-infinity".to_owned()),
        _ => {
            let moment: DateTime = EPOCH.to_datetime(Time::midnight()).checked_add(micros(micro))?;
            if !zoned {
                return Ok(moment.to_string());
            }
            let moment: Timestamp = moment.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp();
            Ok(moment.to_string())
        }
    }
}

fn day(days: i32) -> Result<String, Failure> {
    match days {
        i32::MAX => Ok("infinity".to_owned()),
        i32::MIN => Ok("-infinity".to_owned()),
        _ => Ok(EPOCH.checked_add(jiff::Span::new().try_days(days)?)?.to_string()),
    }
}

/// A span of time as ISO 8601 writes it, such as `P1M2DT3H`.
fn interval(raw: &[u8]) -> Result<String, Failure> {
    let (micro, rest) = raw.split_first_chunk::<8>().ok_or("the server sent half an interval")?;
    let (days, months) = rest.split_first_chunk::<4>().ok_or("the server sent half an interval")?;
    let (micro, days) = (i64::from_be_bytes(*micro), i32::from_be_bytes(*days));
    let months = i32::from_be_bytes(bytes(months)?);
    let sign = if micro < 0 { "-" } else { "" };
    let (seconds, fraction) = (micro.unsigned_abs() / 1_000_000, micro.unsigned_abs() % 1_000_000);
    let fraction =
        if fraction == 0 { String::new() } else { format!(".{fraction:06}").trim_end_matches('0').to_owned() };
    Ok(format!("P{months}M{days}DT{sign}{seconds}{fraction}S"))
}
