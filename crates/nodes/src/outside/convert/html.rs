//! Rows as an HTML page with a table. Every text is escaped.

use bridge_domain::StepFailure;

use super::table::{Table, cell};

/// The table as a page.
///
/// # Errors
/// When the table is too large.
pub fn write(table: &Table, header: bool) -> Result<String, StepFailure> {
    let columns = table.columns()?;
    let mut page = String::from("<!DOCTYPE html>\n<html>\n<head><meta charset=\"utf-8\"></head>\n<body>\n<table>\n");
    if header {
        page.push_str("<thead>\n");
        row(&mut page, "th", columns.iter().map(|name| (*name).to_owned()));
        page.push_str("</thead>\n");
    }
    page.push_str("<tbody>\n");
    for values in &table.rows {
        row(&mut page, "td", columns.iter().map(|column| cell(values, column)));
    }
    page.push_str("</tbody>\n</table>\n</body>\n</html>\n");
    Ok(page)
}

fn row(page: &mut String, tag: &str, cells: impl Iterator<Item = String>) {
    page.push_str("<tr>");
    for cell in cells {
        page.push_str(&format!("<{tag}>"));
        escape(page, &cell);
        page.push_str(&format!("</{tag}>"));
    }
    page.push_str("</tr>\n");
}

fn escape(page: &mut String, text: &str) {
    for one in text.chars() {
        match one {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            '\'' => page.push_str("&#39;"),
            other => page.push(other),
        }
    }
}
