//! What the parts of a document are to a reader who hears it instead of seeing it: headings, paragraphs, tables, figures.
//! From it come the tags of PDF/A-2a and PDF/UA-1, and the list of headings that a reader walks by.

use std::num::NonZeroU16;

use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::outline::{Outline, OutlineNode};
use krilla::tagging::{Identifier, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};

/// The number of a part: what is drawn with it belongs together.
pub(crate) type Part = usize;

/// What a part is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    /// A heading of a level, from 1.
    Heading(NonZeroU16, String),
    /// Text.
    Paragraph,
    /// A part of a larger one: a label, a value, a cell.
    Within,
    /// A picture, and what it is in words.
    Figure(String),
}

/// Parts as they belong together, in the order in which they are read.
#[derive(Clone, Debug, PartialEq)]
enum Whole {
    One(Part),
    Pair(Part, Part),
    Table { head: Vec<Part>, rows: Vec<Vec<Part>> },
}

/// All parts of a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Structure {
    parts: Vec<What>,
    /// Each with its language, where it is not the document's.
    wholes: Vec<(Option<String>, Whole)>,
    spoken: Option<String>,
}

/// Where a part begins: page from 0, and how far from the top.
pub(crate) type Begins = Option<(usize, f32)>;

impl Structure {
    fn part(&mut self, what: What) -> Part {
        self.parts.push(what);
        self.parts.len().saturating_sub(1)
    }

    fn parts(&mut self, count: usize) -> Vec<Part> {
        (0..count).map(|_| self.part(What::Within)).collect()
    }

    /// The language of what comes; none for the document's.
    pub(crate) fn speak(&mut self, language: Option<&str>) {
        self.spoken = language.map(str::to_owned);
    }

    fn whole(&mut self, whole: Whole) {
        self.wholes.push((self.spoken.clone(), whole));
    }

    /// A part that stands by itself.
    pub(crate) fn one(&mut self, what: What) -> Part {
        let part = self.part(what);
        self.whole(Whole::One(part));
        part
    }

    /// A label and its value.
    pub(crate) fn pair(&mut self) -> (Part, Part) {
        let (label, value) = (self.part(What::Within), self.part(What::Within));
        self.whole(Whole::Pair(label, value));
        (label, value)
    }

    /// A table: its head, and then row by row.
    pub(crate) fn table(&mut self, columns: usize, rows: usize) -> (Vec<Part>, Vec<Vec<Part>>) {
        let head = self.parts(columns);
        let rows: Vec<_> = (0..rows).map(|_| self.parts(columns)).collect();
        self.whole(Whole::Table { head: head.clone(), rows: rows.clone() });
        (head, rows)
    }

    /// How many parts there are.
    pub(crate) const fn count(&self) -> usize {
        self.parts.len()
    }

    /// The tags, by what was drawn of each part. What is in another language than the document's is a section of its own.
    pub(crate) fn tree(&self, language: &str, drawn: &[Vec<Identifier>]) -> TagTree {
        let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
        for same in self.wholes.chunk_by(|(one, _), (other, _)| one == other) {
            let groups = same.iter().map(|(_, whole)| self.group(whole, drawn));
            match same.first().and_then(|(spoken, _)| spoken.clone()) {
                Some(spoken) => {
                    let mut section = TagGroup::new(Tag::Section.with_lang(Some(spoken)));
                    groups.for_each(|group| section.push(group));
                    tree.push(section);
                }
                None => groups.for_each(|group| tree.push(group)),
            }
        }
        tree
    }

    fn group(&self, whole: &Whole, drawn: &[Vec<Identifier>]) -> TagGroup {
        let group = |tag: TagKind, parts: &[Part]| {
            let mut group = TagGroup::new(tag);
            let of = |part: &Part| drawn.get(*part).into_iter().flatten().copied();
            parts.iter().flat_map(of).for_each(|identifier| group.push(identifier));
            group
        };
        let row = |tag: &dyn Fn() -> TagKind, cells: &[Part]| {
            let mut row = TagGroup::new(Tag::TR);
            cells.iter().for_each(|cell| row.push(group(tag(), &[*cell])));
            row
        };
        match whole {
            Whole::One(part) => {
                let tag = match self.parts.get(*part) {
                    Some(What::Heading(level, title)) => Tag::Hn(*level, Some(title.clone())).into(),
                    Some(What::Figure(words)) => Tag::Figure(Some(words.clone())).into(),
                    _ => Tag::P.into(),
                };
                group(tag, &[*part])
            }
            Whole::Pair(label, value) => {
                let mut pair = TagGroup::new(Tag::P);
                [label, value].into_iter().for_each(|part| pair.push(group(Tag::Span.into(), &[*part])));
                pair
            }
            Whole::Table { head, rows } => {
                let mut table = TagGroup::new(Tag::Table);
                let mut heads = TagGroup::new(Tag::THead);
                heads.push(row(&|| Tag::TH(TableHeaderScope::Column).into(), head));
                table.push(heads);
                let mut body = TagGroup::new(Tag::TBody);
                rows.iter().for_each(|cells| body.push(row(&|| Tag::TD.into(), cells)));
                table.push(body);
                table
            }
        }
    }

    /// The headings, by which a reader walks, each below the last one of a higher level.
    pub(crate) fn outline(&self, begins: &[Begins]) -> Outline {
        let headings = self.parts.iter().zip(begins).filter_map(|(what, begins)| match (what, begins) {
            (What::Heading(level, title), Some((page, y))) => {
                let place = XyzDestination::new(*page, Point::from_xy(0.0, *y));
                Some((level.get(), OutlineNode::new(title.clone(), place)))
            }
            _ => None,
        });
        let mut outline = Outline::new();
        let mut open: Vec<(u16, OutlineNode)> = Vec::new();
        for (level, node) in headings {
            close(&mut outline, &mut open, level);
            open.push((level, node));
        }
        close(&mut outline, &mut open, 0);
        outline
    }
}

/// Puts every open heading that is not above this level where it belongs.
fn close(outline: &mut Outline, open: &mut Vec<(u16, OutlineNode)>, level: u16) {
    while open.last().is_some_and(|(last, _)| *last >= level) {
        let Some((_, node)) = open.pop() else { return };
        match open.last_mut() {
            Some((_, above)) => above.push_child(node),
            None => outline.push_child(node),
        }
    }
}
