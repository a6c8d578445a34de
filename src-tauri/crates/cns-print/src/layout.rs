//! Where everything stands: blocks become lines on pages, and a tree of what they are.

use crate::document::{Block, Print, Table};
use crate::font::{self, Weight};
use crate::{PrintError, page, words};

/// A line of text at its place; its position in [`Layout::lines`] names it.
pub(crate) struct Line {
    pub(crate) page: usize,
    pub(crate) x: f32,
    /// Of the baseline, from the top.
    pub(crate) y: f32,
    pub(crate) size: f32,
    pub(crate) weight: Weight,
    pub(crate) text: String,
    /// Drawn, and passed over by who listens: a repeated head of a table, a rule to write on.
    pub(crate) artifact: bool,
}

/// What lines are, in reading order. Numbers are positions in [`Layout::lines`].
pub(crate) enum Node {
    Heading(u8, Vec<usize>),
    Paragraph(Vec<usize>),
    Table {
        summary: String,
        /// Rows of cells; whether a cell names its column, its row, or neither.
        rows: Vec<Vec<(Cell, Vec<usize>)>>,
    },
}

/// What a cell is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell {
    NamesColumn,
    NamesRow,
    Holds,
}

/// A document laid out.
pub(crate) struct Layout {
    pub(crate) lines: Vec<Line>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) pages: usize,
}

/// Lays a document out.
pub(crate) fn layout(print: &Print) -> Result<Layout, PrintError> {
    let mut pen = Pen::default();
    let title = pen.paragraph(&print.title, Weight::SemiBold, TITLE, page::WIDTH)?;
    pen.nodes.push(Node::Heading(1, title));
    pen.gap(8.0);
    let mut deepest = 1;
    for block in &print.blocks {
        match block {
            Block::Heading(level, text) => {
                // No level is skipped, whatever the document says (PDF/UA, 7.4.2).
                let level = (*level).clamp(2, deepest + 1).min(3);
                deepest = level;
                pen.gap(10.0);
                // A heading at the foot of a page would be parted from what it heads.
                pen.keep(60.0);
                let size = if level == 2 { HEADING } else { BODY + 1.0 };
                let lines = pen.paragraph(text, Weight::SemiBold, size, page::WIDTH)?;
                pen.nodes.push(Node::Heading(level, lines));
            }
            Block::Text(text) => {
                let lines = pen.paragraph(text, Weight::Regular, BODY, page::WIDTH)?;
                pen.nodes.push(Node::Paragraph(lines));
            }
            Block::Code(code) => {
                pen.gap(8.0);
                let lines = pen.paragraph(&words::in_groups(code), Weight::SemiBold, CODE, page::WIDTH)?;
                pen.nodes.push(Node::Paragraph(lines));
                pen.gap(8.0);
            }
            Block::Field(name) => {
                let lines = pen.paragraph(name, Weight::Regular, BODY, page::WIDTH)?;
                pen.nodes.push(Node::Paragraph(lines));
                pen.gap(8.0);
                pen.rule(page::WIDTH * 0.7)?;
            }
            Block::Facts(facts) => pen.facts(facts)?,
            Block::Table(table) => pen.table(table)?,
            Block::PageBreak => pen.turn(),
        }
        pen.gap(6.0);
    }
    if pen.page >= MOST_PAGES {
        return Err(PrintError::TooLong);
    }
    Ok(Layout {
        lines: pen.lines,
        nodes: pen.nodes,
        pages: pen.page + 1,
    })
}

/// Where the next line goes, and what has been written so far.
struct Pen {
    lines: Vec<Line>,
    nodes: Vec<Node>,
    page: usize,
    y: f32,
}

impl Default for Pen {
    fn default() -> Self {
        Self {
            lines: Vec::new(),
            nodes: Vec::new(),
            page: 0,
            y: page::TOP,
        }
    }
}

impl Pen {
    fn gap(&mut self, height: f32) {
        self.y += height;
    }

    fn turn(&mut self) {
        self.page += 1;
        self.y = page::TOP;
    }

    /// Turns the page when less than this is left; says whether it did.
    fn keep(&mut self, height: f32) -> bool {
        let turns = self.y + height > page::BOTTOM;
        if turns {
            self.turn();
        }
        turns
    }

    fn put(&mut self, x: f32, y: f32, weight: Weight, size: f32, text: String, artifact: bool) -> usize {
        self.lines.push(Line {
            page: self.page,
            x,
            y,
            size,
            weight,
            text,
            artifact,
        });
        self.lines.len() - 1
    }

    fn paragraph(
        &mut self,
        text: &str,
        weight: Weight,
        size: f32,
        width: f32,
    ) -> Result<Vec<usize>, PrintError> {
        let mut put = Vec::new();
        for line in font::lines(text, weight, size, width)? {
            self.keep(size * LEADING);
            self.y += size * LEADING;
            if !line.is_empty() {
                put.push(self.put(page::LEFT, self.y, weight, size, line, false));
            }
        }
        Ok(put)
    }

    /// A line to write on by hand.
    fn rule(&mut self, width: f32) -> Result<(), PrintError> {
        let one = font::width("_", Weight::Regular, BODY)?;
        let mut rule = String::new();
        let mut drawn = 0.0;
        while drawn + one <= width {
            rule.push('_');
            drawn += one;
        }
        self.keep(BODY * LEADING);
        self.y += BODY * LEADING;
        self.put(page::LEFT, self.y, Weight::Regular, BODY, rule, true);
        Ok(())
    }

    fn facts(&mut self, facts: &[(String, String)]) -> Result<(), PrintError> {
        let widths = [page::WIDTH * 0.36, page::WIDTH * 0.64];
        let mut rows = Vec::new();
        for (name, value) in facts {
            let cells = [
                (Cell::NamesRow, name.as_str(), Weight::SemiBold),
                (Cell::Holds, value.as_str(), Weight::Regular),
            ];
            rows.push(self.row(&cells, &widths, &[], None)?);
        }
        let summary = String::new();
        self.nodes.push(Node::Table { summary, rows });
        Ok(())
    }

    fn table(&mut self, table: &Table) -> Result<(), PrintError> {
        let widths = widths(table)?;
        let head: Vec<(Cell, &str, Weight)> = table
            .columns
            .iter()
            .map(|name| (Cell::NamesColumn, name.as_str(), Weight::SemiBold))
            .collect();
        self.keep(3.0 * SMALL * LEADING);
        let mut rows = vec![self.row(&head, &widths, &table.numbers, None)?];
        for row in &table.rows {
            let cells: Vec<(Cell, &str, Weight)> = row
                .iter()
                .map(|text| (Cell::Holds, text.as_str(), Weight::Regular))
                .collect();
            rows.push(self.row(&cells, &widths, &table.numbers, Some(&head))?);
        }
        let summary = table.summary.clone();
        self.nodes.push(Node::Table { summary, rows });
        Ok(())
    }

    /// One row. Where it does not fit the page is turned, and the head of the table is drawn again, for the eye only.
    fn row(
        &mut self,
        cells: &[(Cell, &str, Weight)],
        widths: &[f32],
        numbers: &[usize],
        head: Option<&[(Cell, &str, Weight)]>,
    ) -> Result<Vec<(Cell, Vec<usize>)>, PrintError> {
        let size = if head.is_some() || cells.first().is_some_and(|cell| cell.0 == Cell::NamesColumn) {
            SMALL
        } else {
            BODY
        };
        let mut broken = Vec::new();
        for ((_, text, weight), width) in cells.iter().zip(widths) {
            broken.push(font::lines(text, *weight, size, width - CELL_GAP)?);
        }
        let tallest = broken.iter().map(Vec::len).max().unwrap_or(1);
        let leading = size * LEADING;
        let height = leading * f32_of(tallest);
        if self.keep(height + ROW_GAP)
            && let Some(head) = head
        {
            let first = self.lines.len();
            self.row(head, widths, numbers, None)?;
            for line in self.lines.iter_mut().skip(first) {
                line.artifact = true;
            }
        }
        let mut put = Vec::new();
        let mut x = page::LEFT;
        for (column, ((kind, _, weight), lines)) in cells.iter().zip(broken).enumerate() {
            let width = widths.get(column).copied().unwrap_or_default();
            let mut of_cell = Vec::new();
            for (number, line) in lines.into_iter().enumerate() {
                let at = if numbers.contains(&column) {
                    x + width - CELL_GAP - font::width(&line, *weight, size)?
                } else {
                    x
                };
                let y = self.y + leading * f32_of(number + 1);
                if !line.is_empty() {
                    of_cell.push(self.put(at, y, *weight, size, line, false));
                }
            }
            put.push((*kind, of_cell));
            x += width;
        }
        self.y += height + ROW_GAP;
        Ok(put)
    }
}

/// Widths of the columns: each as wide as what it holds asks for, in proportion, and none narrower than its longest word.
fn widths(table: &Table) -> Result<Vec<f32>, PrintError> {
    let mut wants = Vec::new();
    for (column, name) in table.columns.iter().enumerate() {
        let mut widest = font::width(name, Weight::SemiBold, SMALL)?;
        for cell in table.rows.iter().filter_map(|row| row.get(column)) {
            widest = widest.max(font::width(cell, Weight::Regular, SMALL)?);
        }
        // One long text must not push the others to the margin.
        wants.push(widest.min(page::WIDTH * 0.4) + CELL_GAP);
    }
    let all: f32 = wants.iter().sum();
    Ok(wants
        .into_iter()
        .map(|want| want * page::WIDTH / all.max(1.0))
        .collect())
}

/// A count of lines, of which there are few.
fn f32_of(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

const TITLE: f32 = 20.0;
const HEADING: f32 = 14.0;
const BODY: f32 = 11.0;
const SMALL: f32 = 9.0;
const CODE: f32 = 24.0;
const LEADING: f32 = 1.35;
const CELL_GAP: f32 = 8.0;
const ROW_GAP: f32 = 3.0;
const MOST_PAGES: usize = 40;
