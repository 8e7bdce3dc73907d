//! Rows of a sheet of an Excel workbook (ECMA-376, `.xlsx`). The archive is measured before it is read, because a small one
//! can unpack to any size, and what it says of its own sizes is checked, because the library makes room for them.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use bridge_domain::{Config, StepFailure};
use calamine::{Cell, DataRef, ExcelDateTime, Reader, Xlsx, XlsxError};
use serde_json::Value;

use super::super::columns::Columns;
use crate::failure::{failed, failed_at, limit};

/// Bytes of all parts, unpacked.
const MAX_UNPACKED: u64 = 128 << 20;
/// Bytes of the part with all texts, unpacked; it is held in memory.
const MAX_TEXTS: u64 = 32 << 20;
/// Parts of an archive.
const MAX_PARTS: usize = 10_000;

/// Reads a sheet and passes each row on as an object; the first sheet when none is named.
///
/// # Errors
/// That of the receiver; what is no workbook or too large; a sheet that is not there.
pub fn read_sheet(
    bytes: &[u8],
    sheet: Option<&str>,
    header: bool,
    row: &mut dyn FnMut(Config) -> Result<(), StepFailure>,
) -> Result<(), StepFailure> {
    measure(bytes)?;
    let mut workbook: Xlsx<_> = guarded(|| Xlsx::new(Cursor::new(bytes)))?;
    let name = named(&workbook.sheet_names(), sheet)?;
    let mut cells = guarded(|| workbook.worksheet_cells_reader(&name))?;
    let mut rows = Rows { header, columns: None, row };
    let mut current: Option<(u32, Vec<Value>)> = None;
    while let Some(cell) = guarded(|| cells.next_cell())? {
        let (number, column) = cell.get_position();
        if current.as_ref().is_none_or(|(there, _)| *there != number)
            && let Some((_, values)) = current.replace((number, Vec::new()))
        {
            rows.pass(values)?;
        }
        if let Some((_, values)) = &mut current {
            place(values, column, value(&cell))?;
        }
    }
    current.map_or(Ok(()), |(_, values)| rows.pass(values))
}

/// What the library gives. It panics on some damaged workbooks.
fn guarded<T>(work: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, StepFailure> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|error| broken(&error)),
        Err(_) => Err(damaged()),
    }
}

/// Unpacks everything once without keeping it. What an archive says of its own sizes is not to be trusted.
fn measure(bytes: &[u8]) -> Result<(), StepFailure> {
    let no_archive = |_| failed("The file is not an Excel workbook (.xlsx).", "Save it as .xlsx, without a password.");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(no_archive)?;
    if archive.len() > MAX_PARTS {
        return Err(too_large());
    }
    let mut total = 0;
    for part in 0..archive.len() {
        let mut part = archive.by_index(part).map_err(no_archive)?;
        let name = part.name().map_err(no_archive)?.to_ascii_lowercase();
        let texts = name.ends_with("sharedstrings.xml");
        let most = (MAX_UNPACKED - total).min(if texts { MAX_TEXTS } else { MAX_UNPACKED });
        let mut text = Vec::new();
        let mut part = Read::take(&mut part, most + 1);
        let size = if texts {
            part.read_to_end(&mut text).map(|size| size as u64)
        } else {
            std::io::copy(&mut part, &mut std::io::sink())
        };
        let size = size.map_err(|_| damaged())?;
        if size > most {
            return Err(too_large());
        }
        if announced(&text) > size {
            return Err(damaged());
        }
        total += size;
    }
    Ok(())
}

/// The largest number of texts that a part says it has: it cannot have more than bytes.
fn announced(part: &[u8]) -> u64 {
    const NAME: &[u8] = b"uniqueCount";
    // In UTF-16, every other byte is zero.
    let part: Vec<u8> = part.iter().copied().filter(|byte| *byte != 0).collect();
    let places = part.windows(NAME.len()).enumerate().filter(|(_, window)| *window == NAME);
    let counts = places.map(|(place, _)| {
        let behind = part.iter().skip(place + NAME.len()).skip_while(|byte| b" \t\r\n=\"'".contains(byte));
        let digits = behind.take(20).take_while(|byte| byte.is_ascii_digit());
        digits.fold(0_u64, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
    });
    counts.max().unwrap_or_default()
}

fn damaged() -> StepFailure {
    failed("The Excel workbook is damaged.", "Save it again as .xlsx.")
}

fn too_large() -> StepFailure {
    limit(
        format!("The Excel workbook unpacks to more than {} MiB.", MAX_UNPACKED >> 20),
        "Split it into smaller ones, or save the sheet as CSV.",
    )
}

fn named(sheets: &[String], wanted: Option<&str>) -> Result<String, StepFailure> {
    let found = match wanted {
        Some(wanted) => sheets.iter().find(|name| *name == wanted),
        None => sheets.first(),
    };
    found.cloned().ok_or_else(|| {
        let names: Vec<String> = sheets.iter().take(20).map(|name| format!("“{name}”")).collect();
        let wanted = wanted.map_or_else(
            || "The workbook has no sheet.".to_owned(),
            |name| format!("The workbook has no sheet “{name}”."),
        );
        failed_at("sheet", wanted, format!("Its sheets are: {}.", names.join(", ")))
    })
}

/// Rows on their way, the first of which may name the columns.
struct Rows<'r> {
    header: bool,
    columns: Option<Columns>,
    row: &'r mut dyn FnMut(Config) -> Result<(), StepFailure>,
}

impl Rows<'_> {
    fn pass(&mut self, values: Vec<Value>) -> Result<(), StepFailure> {
        match &self.columns {
            Some(columns) => (self.row)(columns.row(values)),
            None if self.header => {
                self.columns = Some(Columns::named(values.iter().map(crate::parameters::text_of)));
                Ok(())
            }
            None => {
                let columns = Columns::default();
                let first = columns.row(values);
                self.columns = Some(columns);
                (self.row)(first)
            }
        }
    }
}

/// Puts a value at its column, with null before it where the row has gaps.
fn place(values: &mut Vec<Value>, column: u32, value: Value) -> Result<(), StepFailure> {
    // ECMA-376 knows columns up to XFD.
    const COLUMNS: usize = 16_384;
    let column = usize::try_from(column).unwrap_or(usize::MAX);
    if column >= COLUMNS {
        return Err(failed("The Excel workbook is damaged: a cell is beyond the last column.", "Save it again."));
    }
    if values.len() <= column {
        values.resize(column + 1, Value::Null);
    }
    if let Some(cell) = values.get_mut(column) {
        *cell = value;
    }
    Ok(())
}

fn value(cell: &Cell<DataRef<'_>>) -> Value {
    match cell.get_value() {
        DataRef::Int(number) => (*number).into(),
        DataRef::Float(number) => whole_or_float(*number),
        DataRef::String(text) => text.as_str().into(),
        DataRef::SharedString(text) => (*text).into(),
        DataRef::Bool(truth) => (*truth).into(),
        DataRef::DateTime(moment) => date(*moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.as_str().into(),
        DataRef::Error(error) => error.to_string().into(),
        DataRef::Empty => Value::Null,
    }
}

/// Excel has floating numbers only; a whole one is meant as such.
#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and within 53 bits")]
fn whole_or_float(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT { (number as i64).into() } else { number.into() }
}

/// A date and time as ISO 8601 without a zone, since Excel knows none; a span of time as days.
fn date(moment: ExcelDateTime) -> Value {
    if moment.is_duration() {
        return moment.as_f64().into();
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}").into()
}

fn broken(error: &XlsxError) -> StepFailure {
    match error {
        XlsxError::Password => failed("The Excel workbook has a password.", "Save it without one."),
        error => failed(format!("The Excel workbook cannot be read: {error}."), "Save it again as .xlsx."),
    }
}
