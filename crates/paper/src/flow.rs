//! Text that flows from page to page: headings, paragraphs, pairs of label and value, tables with repeated heads, QR codes,
//! and a foot with page numbers.

use std::num::NonZeroU16;

use crate::face::{Faces, Missing, Weight};
use crate::page::{Layout, MARGIN, PAGE_HEIGHT, PAGE_WIDTH, Page};
use crate::structure::{Part, Structure, What};

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// The size of the letters, in points.
    pub size: f32,
    /// Which face.
    pub weight: Weight,
    /// The space above.
    pub above: f32,
    /// The level of a heading, from 1; none of other text.
    pub level: Option<NonZeroU16>,
}

impl Style {
    /// The document's title.
    pub const TITLE: Self = Self { size: 17.0, weight: Weight::Bold, above: 0.0, level: NonZeroU16::new(1) };
    /// A heading.
    pub const HEADING: Self =
        Self { size: 12.5, weight: Weight::Bold, above: 14.0, level: NonZeroU16::new(2) };
    /// A heading below a heading.
    pub const SUBHEADING: Self =
        Self { size: 10.0, weight: Weight::Bold, above: 8.0, level: NonZeroU16::new(3) };
    /// Text.
    pub const TEXT: Self = Self { size: 10.0, weight: Weight::Regular, above: 4.0, level: None };
    /// Text that must be seen.
    pub const STRONG: Self = Self { size: 10.0, weight: Weight::Bold, above: 4.0, level: None };
    /// What is small.
    pub const SMALL: Self = Self { size: 8.0, weight: Weight::Regular, above: 3.0, level: None };

    fn line(&self) -> f32 {
        self.size * 1.36
    }
}

/// On which side of its column a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What stands over it.
    pub head: String,
    /// Its share of the width.
    pub share: f32,
    /// Its side.
    pub align: Align,
}

impl Column {
    /// A column.
    #[must_use]
    pub fn new(head: impl Into<String>, share: f32, align: Align) -> Self {
        Self { head: head.into(), share, align }
    }
}

/// Room for the foot.
const FOOT: f32 = 26.0;
/// Between a label and its value.
const LABEL_SHARE: f32 = 0.30;
/// The smallest that is read without a glass.
const LEAST_SIZE: f32 = 7.0;
/// Left and right within a cell of a table.
const PADDING: f32 = 3.0;

/// A document that grows downwards.
#[derive(Debug)]
pub struct Flow<'f> {
    faces: &'f Faces,
    pages: Vec<Page>,
    structure: Structure,
    y: f32,
}

impl<'f> Flow<'f> {
    /// Begins with an empty page.
    #[must_use]
    pub fn new(faces: &'f Faces) -> Self {
        Self { faces, pages: vec![Page::new()], structure: Structure::default(), y: MARGIN }
    }

    /// The width that text may take.
    #[must_use]
    pub const fn width() -> f32 {
        PAGE_WIDTH - 2.0 * MARGIN
    }

    /// The language of what comes, as a tag like `kk`; none for the document's own.
    pub fn speak(&mut self, language: Option<&str>) {
        self.structure.speak(language);
    }

    /// A paragraph, broken into lines. A heading never stands alone at the foot of a page.
    ///
    /// # Errors
    /// [`Missing`].
    pub fn paragraph(&mut self, style: Style, text: &str) -> Result<(), Missing> {
        self.faces.ensure(text)?;
        let lines = self.lines(text, style, Self::width());
        let with_next = if style.weight == Weight::Bold { 3.0 * Style::TEXT.line() } else { 0.0 };
        self.space(style.above);
        self.ensure_room(lines.len().min(2) as f32 * style.line() + with_next);
        let part = self.structure.one(match style.level {
            Some(level) => What::Heading(level, text.to_owned()),
            None => What::Paragraph,
        });
        for line in lines {
            self.ensure_room(style.line());
            self.set(part, MARGIN, style, line);
            self.y += style.line();
        }
        Ok(())
    }

    /// A label, and beside it its value.
    ///
    /// # Errors
    /// [`Missing`].
    pub fn pair(&mut self, label: &str, value: &str) -> Result<(), Missing> {
        self.pair_in(Style { above: 2.0, ..Style::TEXT }, label, value)
    }

    /// A label, and beside it a value that is compared or typed as a whole: as small as it must be to stand on one line.
    ///
    /// # Errors
    /// [`Missing`].
    pub fn exact(&mut self, label: &str, value: &str) -> Result<(), Missing> {
        let room = Self::width() - Self::width() * LABEL_SHARE;
        let face = self.faces.of(Style::TEXT.weight);
        let sizes = [Style::TEXT.size, 9.5, 9.0, 8.5, 8.0, 7.5, LEAST_SIZE];
        let size = sizes.into_iter().find(|size| face.width(value, *size) <= room).unwrap_or(LEAST_SIZE);
        self.pair_in(Style { above: 2.0, size, ..Style::TEXT }, label, value)
    }

    fn pair_in(&mut self, value_style: Style, label: &str, value: &str) -> Result<(), Missing> {
        self.faces.ensure(label)?;
        self.faces.ensure(value)?;
        let style = Style { above: 2.0, ..Style::TEXT };
        let left = Self::width() * LABEL_SHARE;
        let labels = self.lines(label, style, left - PADDING);
        let values = self.lines(value, value_style, Self::width() - left);
        self.space(style.above);
        let rows = labels.len().max(values.len());
        self.ensure_room(rows.min(4) as f32 * style.line());
        let (label_part, value_part) = self.structure.pair();
        let (mut labels, mut values) = (labels.into_iter(), values.into_iter());
        for _ in 0..rows {
            self.ensure_room(style.line());
            if let Some(label) = labels.next() {
                self.set_grey(label_part, MARGIN, style, label, 90);
            }
            if let Some(value) = values.next() {
                self.set(value_part, MARGIN + left, value_style, value);
            }
            self.y += style.line();
        }
        Ok(())
    }

    /// What comes next, of this height, stands on one page: on the next one where there is no room on this.
    pub fn keep(&mut self, height: f32) {
        self.ensure_room(height);
    }

    /// A table. Its head stands again on every page that it reaches.
    ///
    /// # Errors
    /// [`Missing`].
    pub fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) -> Result<(), Missing> {
        let style = Style { size: 9.0, above: 0.0, ..Style::TEXT };
        let bold = Style { weight: Weight::Bold, ..style };
        let heads: Vec<String> = columns.iter().map(|column| column.head.clone()).collect();
        for text in heads.iter().chain(rows.iter().flatten()) {
            self.faces.ensure(text)?;
        }
        let (head_parts, row_parts) = self.structure.table(columns.len(), rows.len());
        self.space(5.0);
        let head = self.cells(columns, &heads, bold);
        let first = rows.first().map_or(0, |row| tallest(&self.cells(columns, row, style)));
        self.ensure_room((tallest(&head) + first) as f32 * style.line() + 8.0);
        self.row(columns, (&head, &head_parts), bold, 0.8);
        for (row, parts) in rows.iter().zip(&row_parts) {
            let cells = self.cells(columns, row, style);
            if self.room() < tallest(&cells) as f32 * style.line() + 4.0 {
                self.new_page();
                // Who hears the table has heard its head.
                self.row(columns, (&head, &[]), bold, 0.8);
            }
            self.row(columns, (&cells, parts), style, 0.3);
        }
        Ok(())
    }

    /// A QR code at the left, with text beside it.
    ///
    /// # Errors
    /// [`Missing`].
    pub fn qr(&mut self, size: f32, code: &str, beside: &[(Style, String)]) -> Result<(), Missing> {
        self.space(8.0);
        self.ensure_room(size);
        let (top, left) = (self.y, MARGIN + size + 10.0);
        let page = self.pages.len();
        let figure = self.structure.one(What::Figure(format!("QR: {code}")));
        self.last(|page, _| page.qr(figure, (MARGIN, top), size, code.to_owned()));
        for (style, text) in beside {
            self.faces.ensure(text)?;
            let part = self.structure.one(What::Paragraph);
            self.y += style.above;
            for line in self.lines(text, *style, PAGE_WIDTH - MARGIN - left) {
                self.ensure_room(style.line());
                self.set(part, left, *style, line);
                self.y += style.line();
            }
        }
        if self.pages.len() == page {
            self.y = self.y.max(top + size);
        }
        Ok(())
    }

    /// A line across the page.
    pub fn rule(&mut self) {
        self.space(6.0);
        self.last(|page, y| page.rule((MARGIN, y), Self::width()));
        self.y += 2.0;
    }

    /// A grey box across the page with one bold line in it: what must be seen on every page where it stands.
    ///
    /// # Errors
    /// [`Missing`].
    pub fn banner(&mut self, text: &str) -> Result<(), Missing> {
        self.faces.ensure(text)?;
        let style = Style::STRONG;
        let lines = self.lines(text, style, Self::width() - 12.0);
        self.space(4.0);
        let height = lines.len() as f32 * style.line() + 8.0;
        self.ensure_room(height);
        self.last(|page, y| page.fill((MARGIN, y), (Self::width(), height), 225));
        self.y += 4.0;
        let part = self.structure.one(What::Paragraph);
        for line in lines {
            self.set(part, MARGIN + 6.0, style, line);
            self.y += style.line();
        }
        self.y += 4.0;
        Ok(())
    }

    /// The next page.
    pub fn new_page(&mut self) {
        self.pages.push(Page::new());
        self.y = MARGIN;
    }

    /// The pages, each with a foot: a text at the left, and at the right what `number` makes of the page and their number.
    ///
    /// # Errors
    /// [`Missing`].
    pub fn finish(mut self, foot: &str, number: impl Fn(usize, usize) -> String) -> Result<Layout, Missing> {
        let all = self.pages.len();
        let (style, y) = (Style::SMALL, PAGE_HEIGHT - MARGIN + 8.0);
        let face = self.faces.of(style.weight);
        self.faces.ensure(foot)?;
        for (index, page) in self.pages.iter_mut().enumerate() {
            let number = number(index + 1, all);
            self.faces.ensure(&number)?;
            let x = PAGE_WIDTH - MARGIN - face.width(&number, style.size);
            page.rule((MARGIN, y - 12.0), Self::width());
            page.text(None, (MARGIN, y), (style.size, style.weight, 0), foot.to_owned());
            page.text(None, (x, y), (style.size, style.weight, 0), number);
        }
        Ok(Layout { pages: self.pages, structure: self.structure })
    }

    fn cells(&self, columns: &[Column], row: &[String], style: Style) -> Vec<Vec<String>> {
        let width = |column: &Column| width_of(columns, column) - 2.0 * PADDING;
        columns.iter().zip(row).map(|(column, text)| self.lines(text, style, width(column))).collect()
    }

    /// Cells, and the parts that they are; those of a head that stands again are none.
    fn row(
        &mut self,
        columns: &[Column],
        (cells, parts): (&[Vec<String>], &[Part]),
        style: Style,
        line: f32,
    ) {
        let mut x = MARGIN;
        for (place, (column, cell)) in columns.iter().zip(cells).enumerate() {
            let part = parts.get(place).copied();
            let width = width_of(columns, column);
            let face = self.faces.of(style.weight);
            let mut y = self.y + 2.0 + style.size;
            for text in cell {
                let at = match column.align {
                    Align::Left => x + PADDING,
                    Align::Right => x + width - PADDING - face.width(text.trim_end(), style.size),
                };
                self.last(|page, _| page.text(part, (at, y), (style.size, style.weight, 0), text.clone()));
                y += style.line();
            }
            x += width;
        }
        self.y += tallest(cells) as f32 * style.line() + 4.0;
        let height = line;
        self.last(|page, y| page.fill((MARGIN, y - 0.5), (Self::width(), height), 120));
    }

    /// Greedily broken at spaces, which stay at the ends of lines, so that who hears them hears words apart; a word that is
    /// wider than the line, such as a digest, within itself.
    fn lines(&self, text: &str, style: Style, width: f32) -> Vec<String> {
        let face = self.faces.of(style.weight);
        let fits = |line: &str| face.width(line, style.size) <= width;
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split(' ') {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if fits(&longer) {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line) + " ");
            }
            for letter in word.chars() {
                line.push(letter);
                if !fits(&line) && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, letter.to_string()));
                }
            }
        }
        lines.push(line);
        lines
    }

    fn set(&mut self, part: Part, x: f32, style: Style, text: String) {
        self.set_grey(part, x, style, text, 0);
    }

    fn set_grey(&mut self, part: Part, x: f32, style: Style, text: String, grey: u8) {
        let (size, weight) = (style.size, style.weight);
        self.last(|page, y| page.text(Some(part), (x, y + size), (size, weight, grey), text));
    }

    fn last(&mut self, draw: impl FnOnce(&mut Page, f32)) {
        let y = self.y;
        if let Some(page) = self.pages.last_mut() {
            draw(page, y);
        }
    }

    /// No space at the top of a page.
    fn space(&mut self, height: f32) {
        if self.y > MARGIN {
            self.y += height;
        }
    }

    fn room(&self) -> f32 {
        PAGE_HEIGHT - MARGIN - FOOT - self.y
    }

    fn ensure_room(&mut self, height: f32) {
        if self.room() < height && self.y > MARGIN {
            self.new_page();
        }
    }
}

fn width_of(columns: &[Column], column: &Column) -> f32 {
    Flow::width() * column.share / columns.iter().map(|column| column.share).sum::<f32>()
}

fn tallest(cells: &[Vec<String>]) -> usize {
    cells.iter().map(Vec::len).max().unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Item, Placed};

    fn texts(page: &Page) -> Vec<&str> {
        let mut found = Vec::new();
        for placed in &page.items {
            if let Item::Text { text, .. } = &placed.item {
                found.push(text.as_str());
            }
        }
        found
    }

    #[test]
    fn a_paragraph_is_broken_at_spaces_and_loses_nothing() {
        let faces = Faces::new().unwrap();
        let words = "Тұздық пен нан ".repeat(60);
        let mut flow = Flow::new(&faces);
        flow.paragraph(Style::TEXT, words.trim()).unwrap();
        let pages = flow.finish("", |_, _| String::new()).unwrap().pages;
        let mut lines = texts(&pages[0]);
        lines.truncate(lines.len() - 2);
        assert!(lines.len() > 5);
        assert_eq!(lines.concat(), words.trim());
        let face = faces.of(Weight::Regular);
        assert!(lines.iter().all(|line| face.width(line.trim_end(), 10.0) <= Flow::width()));
    }

    #[test]
    fn a_word_wider_than_the_line_is_broken_within() {
        let faces = Faces::new().unwrap();
        let digest = "0123456789abcdef".repeat(8);
        let mut flow = Flow::new(&faces);
        flow.pair("root", &digest).unwrap();
        let pages = flow.finish("", |_, _| String::new()).unwrap().pages;
        let all = texts(&pages[0]);
        assert_eq!(all.iter().filter(|text| **text != "root").copied().collect::<String>(), digest);
    }

    #[test]
    fn a_long_table_goes_on_with_its_head_and_every_row_stands_once() {
        let faces = Faces::new().unwrap();
        let columns = [Column::new("Region", 3.0, Align::Left), Column::new("Votes", 1.0, Align::Right)];
        let rows: Vec<_> =
            (0..200).map(|number| vec![format!("region {number}"), number.to_string()]).collect();
        let mut flow = Flow::new(&faces);
        flow.table(&columns, &rows).unwrap();
        let pages = flow.finish("foot", |page, all| format!("{page} of {all}")).unwrap().pages;
        assert!(pages.len() > 3);
        for (number, page) in pages.iter().enumerate() {
            let texts = texts(page);
            assert_eq!(texts.first().copied(), Some("Region"));
            assert_eq!(texts.last().copied(), Some(format!("{} of {}", number + 1, pages.len()).as_str()));
        }
        let all: Vec<_> = pages.iter().flat_map(texts).collect();
        assert!(
            (0..200)
                .all(|number| all.iter().filter(|text| **text == format!("region {number}")).count() == 1)
        );
        let lowest = |placed: &Placed| if let Item::Text { y, .. } = placed.item { y } else { 0.0 };
        assert!(
            pages.iter().flat_map(|page| &page.items).map(lowest).all(|y| y < PAGE_HEIGHT - MARGIN + 10.0)
        );
    }

    #[test]
    fn a_letter_that_cannot_be_printed_stops_the_document() {
        let faces = Faces::new().unwrap();
        let mut flow = Flow::new(&faces);
        assert_eq!(flow.paragraph(Style::TEXT, "漢"), Err(Missing('漢')));
        assert_eq!(flow.pair("a", "漢"), Err(Missing('漢')));
        assert!(flow.paragraph(Style::TEXT, "қ").is_ok());
    }
}
