//! Plain tables for a terminal.

use std::fmt;

/// Rows under a header; columns as wide as their widest cell, numbers to the right.
#[derive(Clone, Debug)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these column titles.
    pub fn new<S: AsRef<str>>(header: &[S]) -> Self {
        Self { rows: vec![header.iter().map(|title| title.as_ref().to_owned()).collect()] }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<_> = (0..columns)
            .map(|n| {
                self.rows
                    .iter()
                    .filter_map(|row| row.get(n))
                    .map(|cell| cell.chars().count())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        for row in &self.rows {
            let mut line = String::new();
            for (n, (cell, width)) in row.iter().zip(&widths).enumerate() {
                // a cell that starts like a number is one
                let number = n > 0 && cell.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+');
                let gap = if n == 0 { "" } else { "  " };
                let cell = if number { format!("{cell:>width$}") } else { format!("{cell:<width$}") };
                line.extend([gap, &cell]);
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new(&["what", "before"]);
        table.row(["loudness".to_owned(), "-9.1".to_owned()]);
        assert_eq!(table.to_string(), "what      before\nloudness    -9.1\n");
    }
}
