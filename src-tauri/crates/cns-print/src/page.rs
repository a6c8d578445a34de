//! Draws a layout: the one file that opens and closes what krilla opens and closes.

use crate::document::{Language, Print};
use crate::font::{Fonts, Weight};
use crate::layout::{Cell, Layout, Node};
use crate::{PrintError, font};
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree,
};
use krilla::text::TextDirection;
use krilla::{Document, SerializeSettings};
use std::collections::BTreeMap;
use std::num::NonZeroU16;
use time::Date;

/// Draws and tags every page.
pub(crate) fn draw(print: &Print, layout: &Layout, made_on: Date) -> Result<Vec<u8>, PrintError> {
    let fonts = Fonts::load()?;
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| PrintError::refused(&error))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });

    let mut tagged = BTreeMap::new();
    for number in 0..layout.pages {
        let settings = PageSettings::from_wh(PAPER.0, PAPER.1).ok_or(PrintError::Font)?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        around(&mut surface, print, &fonts, number, layout.pages)?;
        for (position, line) in layout
            .lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.page == number)
        {
            let tag = if line.artifact {
                ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther))
            } else {
                ContentTag::Span(SpanTag::empty())
            };
            let identifier = surface.start_tagged(tag);
            let at = Point::from_xy(line.x, line.y);
            let font = fonts.font(line.weight);
            surface.draw_text(at, font, line.size, &line.text, false, TextDirection::Auto);
            surface.end_tagged();
            if !line.artifact {
                tagged.insert(position, identifier);
            }
        }
        surface.finish();
        page.finish();
    }

    document.set_tag_tree(tree(print, layout, &mut tagged));
    document.set_outline(outline(layout));
    let made_on = DateTime::new(u16::try_from(made_on.year()).unwrap_or_default())
        .month(u8::from(made_on.month()))
        .day(made_on.day());
    document.set_metadata(
        Metadata::new()
            .title(print.title.clone())
            .language(print.language.code().to_owned())
            .creation_date(made_on),
    );
    document.finish().map_err(|error| PrintError::refused(&error))
}

/// What stands on every page besides its text: that it is an example, the title, the number.
fn around(
    surface: &mut Surface<'_>,
    print: &Print,
    fonts: &Fonts,
    number: usize,
    pages: usize,
) -> Result<(), PrintError> {
    let mut artifact = |kind, x, y, text: &str| {
        let _none = surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
        let font = fonts.font(Weight::Regular);
        surface.draw_text(
            Point::from_xy(x, y),
            font,
            SMALL,
            text,
            false,
            TextDirection::Auto,
        );
        surface.end_tagged();
    };
    let (example, of) = match print.language {
        Language::Italian => ("ESEMPIO: dati inventati, senza valore", "di"),
        Language::English => ("EXAMPLE: invented data, of no value", "of"),
    };
    if print.example {
        artifact(ArtifactType::Header, LEFT, 34.0, example);
    }
    let foot = PAPER.1 - 34.0;
    artifact(ArtifactType::Footer, LEFT, foot, &print.title);
    let count = format!("{} {of} {pages}", number + 1);
    let x = LEFT + WIDTH - font::width(&count, Weight::Regular, SMALL)?;
    artifact(ArtifactType::PageNumber, x, foot, &count);
    Ok(())
}

/// The tree that a screen reader walks.
fn tree(print: &Print, layout: &Layout, tagged: &mut BTreeMap<usize, Identifier>) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(print.language.code().to_owned()));
    for node in &layout.nodes {
        let group = match node {
            Node::Heading(level, lines) => {
                let level = NonZeroU16::new(u16::from(*level)).unwrap_or(NonZeroU16::MIN);
                filled(
                    TagGroup::new(Tag::Hn(level, Some(text_of(layout, lines)))),
                    lines,
                    tagged,
                )
            }
            Node::Paragraph(lines) => filled(TagGroup::new(Tag::P), lines, tagged),
            Node::Table { summary, rows } => {
                let summary = (!summary.is_empty()).then(|| summary.clone());
                let mut table = TagGroup::new(Tag::Table.with_summary(summary));
                for row in rows {
                    let mut drawn = TagGroup::new(Tag::TR);
                    for (kind, lines) in row {
                        let cell = match kind {
                            Cell::NamesColumn => TagGroup::new(Tag::TH(TableHeaderScope::Column)),
                            Cell::NamesRow => TagGroup::new(Tag::TH(TableHeaderScope::Row)),
                            Cell::Holds => TagGroup::new(Tag::TD),
                        };
                        drawn.push(filled(cell, lines, tagged));
                    }
                    table.push(drawn);
                }
                table
            }
        };
        tree.push(group);
    }
    tree
}

fn filled(mut group: TagGroup, lines: &[usize], tagged: &mut BTreeMap<usize, Identifier>) -> TagGroup {
    for line in lines {
        if let Some(identifier) = tagged.remove(line) {
            group.push(identifier);
        }
    }
    group
}

/// The headings, for who looks for a place in a long document.
fn outline(layout: &Layout) -> Outline {
    let mut outline = Outline::new();
    for node in &layout.nodes {
        if let Node::Heading(_, lines) = node
            && let Some(line) = lines.first().and_then(|line| layout.lines.get(*line))
        {
            let place = XyzDestination::new(line.page, Point::from_xy(line.x, line.y - line.size));
            outline.push_child(OutlineNode::new(text_of(layout, lines), place));
        }
    }
    outline
}

fn text_of(layout: &Layout, lines: &[usize]) -> String {
    let texts: Vec<&str> = lines
        .iter()
        .filter_map(|line| Some(layout.lines.get(*line)?.text.as_str()))
        .collect();
    texts.join(" ")
}

impl Language {
    fn code(self) -> &'static str {
        match self {
            Self::Italian => "it-IT",
            Self::English => "en-GB",
        }
    }
}

/// A4, in points.
const PAPER: (f32, f32) = (595.0, 842.0);
const SMALL: f32 = 9.0;
/// Left edge of the text.
pub(crate) const LEFT: f32 = 56.0;
/// Width of the text.
pub(crate) const WIDTH: f32 = 483.0;
/// Top edge of the text.
pub(crate) const TOP: f32 = 56.0;
/// Bottom edge of the text.
pub(crate) const BOTTOM: f32 = 780.0;
