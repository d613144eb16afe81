//! An editor for any set of parameters: groups at the left, the chosen group's cards at the right.

use vizia::prelude::*;

use crate::ink::{Align, Type};
use crate::param::Parameter;
use crate::pen::Pen;
use crate::session::Session;
use crate::widget::{Wheel, WidgetModifiers};
use crate::widgets::{DropDown, NumericField, ResizeGrip, Segmented, Slider, Toggle};

/// The narrowest column worth having, in logical pixels.
const COLUMN: f32 = 340.0;
/// Width of the list of groups.
const GROUPS: f32 = 176.0;

/// Parameters that stand together: a card.
#[derive(Clone)]
struct Card {
    title: String,
    parameters: Vec<Parameter>,
}

/// Cards that stand together: a page.
#[derive(Clone)]
struct Page {
    title: String,
    cards: Vec<Card>,
}

/// Builds the generic editor of the session's parameters.
pub fn content(cx: &mut Context) {
    let pages = pages(cx.data::<Session>().parameters.iter());
    let chosen = Signal::new(0_usize);
    let columns = Signal::new(columns_in(cx.data::<Session>().size().0 - GROUPS));
    HStack::new(cx, move |cx| {
        if pages.len() > 1 {
            let titles: Vec<String> = pages.iter().map(|page| page.title.clone()).collect();
            VStack::new(cx, move |cx| {
                for (index, title) in titles.into_iter().enumerate() {
                    GroupTab::build_one(cx, title, index, chosen);
                }
            })
            .class("generic-groups");
        }
        Columns { columns }
            .build(cx, move |cx| {
                let both = Memo::new(move |_| (chosen.get(), columns.get()));
                Binding::new(cx, both, move |cx| {
                    let (chosen, columns) = both.get();
                    let Some(page) = pages.get(chosen).cloned() else { return };
                    ScrollView::new(cx, move |cx| build_page(cx, &page, columns))
                        .show_horizontal_scrollbar(false);
                });
            })
            .class("generic-page");
    })
    .size(Stretch(1.0));
    ResizeGrip::new(cx).position_type(PositionType::Absolute).left(Stretch(1.0)).top(Stretch(1.0));
}

/// By the first part of their group, then by the rest, in the order of first appearance.
fn pages<'a>(parameters: impl Iterator<Item = &'a Parameter>) -> Vec<Page> {
    let mut pages: Vec<Page> = Vec::new();
    for parameter in parameters.filter(|parameter| !parameter.is_hidden()) {
        let (page, card) = parameter.group().split_once('/').unwrap_or((parameter.group(), ""));
        let title = if page.is_empty() { "General" } else { page };
        let card = if card.is_empty() { title.to_owned() } else { card.replace('/', " · ") };
        let page = found(
            &mut pages,
            |page| page.title == title,
            || Page { title: title.to_owned(), cards: Vec::new() },
        );
        let card = found(
            &mut page.cards,
            |c| c.title == card,
            || Card { title: card.clone(), parameters: Vec::new() },
        );
        card.parameters.push(parameter.clone());
    }
    pages
}

fn found<T>(list: &mut Vec<T>, is: impl Fn(&T) -> bool, new: impl Fn() -> T) -> &mut T {
    let index = list.iter().position(is).unwrap_or_else(|| {
        list.push(new());
        list.len() - 1
    });
    &mut list[index]
}

fn build_page(cx: &mut Context, page: &Page, columns: usize) {
    let columns = columns.min(page.cards.len()).max(1);
    let mut filled: Vec<(usize, Vec<Card>)> = vec![(0, Vec::new()); columns];
    for card in &page.cards {
        if let Some((rows, cards)) = filled.iter_mut().min_by_key(|(rows, _)| *rows) {
            *rows += card.parameters.len() + 2;
            cards.push(card.clone());
        }
    }
    let title = page.title.clone();
    HStack::new(cx, move |cx| {
        for (_, cards) in filled {
            let title = title.clone();
            VStack::new(cx, move |cx| cards.iter().for_each(|card| build_card(cx, &title, card)))
                .class("generic-column");
        }
    })
    .class("generic-columns");
}

fn build_card(cx: &mut Context, page: &str, card: &Card) {
    let Card { title, parameters } = card.clone();
    let place = format!("{page} {title}");
    VStack::new(cx, move |cx| {
        Label::new(cx, title).class("generic-heading");
        for parameter in &parameters {
            build_row(cx, parameter, caption(parameter.name(), &place));
        }
    })
    .class("generic-card");
}

/// A name without the words that page and card say already: "EQ 1 Gain" on the card "Band 1" of "EQ" is "Gain".
fn caption(name: &str, place: &str) -> String {
    let known = |word: &str| place.split_whitespace().any(|w| w == word);
    let mut rest = name;
    while let Some((word, after)) = rest.split_once(' ')
        && known(word)
    {
        rest = after;
    }
    rest.to_owned()
}

fn build_row(cx: &mut Context, parameter: &Parameter, caption: String) {
    let parameter = parameter.clone();
    HStack::new(cx, move |cx| {
        Caption { text: caption }.build(cx, |_| {}).hoverable(false);
        if parameter.is_switch() {
            Toggle::new(cx, &parameter).wheel(Wheel::WhenFocused).width(Stretch(1.0));
            return;
        }
        match parameter.steps() {
            Some(steps) if fits_side_by_side(&parameter, steps) => {
                Segmented::new(cx, &parameter).wheel(Wheel::WhenFocused).width(Stretch(1.0));
            }
            Some(steps) if steps < 40 => {
                DropDown::new(cx, &parameter).wheel(Wheel::WhenFocused).width(Stretch(1.0));
            }
            _ => {
                Slider::new(cx, &parameter).wheel(Wheel::WhenFocused).width(Stretch(1.0)).navigable(true);
                NumericField::new(cx, &parameter).wheel(Wheel::WhenFocused).navigable(false);
            }
        }
    })
    .class("generic-row");
}

fn fits_side_by_side(parameter: &Parameter, steps: usize) -> bool {
    steps < 4 && parameter.choices().iter().map(|text| text.chars().count() + 2).sum::<usize>() <= 30
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a small count")]
fn columns_in(width: f32) -> usize {
    (width / COLUMN).floor().clamp(1.0, 4.0) as usize
}

/// Counts the columns that fit.
struct Columns {
    columns: Signal<usize>,
}

struct Fit(usize);

impl View for Columns {
    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        // Signals are only written in the event phase, where their effects are flushed at once.
        event.map(|fit: &Fit, _| self.columns.set_if_changed(fit.0));
        event.map(|event, _| {
            if let WindowEvent::GeometryChanged(change) = event
                && change.contains(GeoChanged::WIDTH_CHANGED)
            {
                let here = cx.current();
                let fit = columns_in(cx.bounds().w / cx.scale_factor());
                cx.emit_to(here, Fit(fit));
            }
        });
    }
}

/// A parameter's name at the left of its row.
struct Caption {
    text: String,
}

impl View for Caption {
    fn element(&self) -> Option<&'static str> {
        Some("param-caption")
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let session = cx.data::<Session>().clone();
        let pen = Pen::new(cx, &session, canvas);
        pen.text(&self.text, Type::new(12.0, 450, pen.theme().dim), pen.bounds(), Align::Left);
    }
}

/// One group in the list.
struct GroupTab {
    title: String,
    index: usize,
    chosen: Signal<usize>,
    hovered: bool,
    ring: bool,
}

impl GroupTab {
    fn build_one(cx: &mut Context, title: String, index: usize, chosen: Signal<usize>) {
        let name = title.clone();
        Self { title, index, chosen, hovered: false, ring: false }
            .build(cx, |_| {})
            .role(Role::Tab)
            .name(name)
            .navigable(true)
            .bind(chosen, |mut handle| handle.needs_redraw());
    }

    fn choose(&self) {
        self.chosen.set(self.index);
    }
}

impl View for GroupTab {
    fn element(&self) -> Option<&'static str> {
        Some("group-tab")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event, meta| match event {
            WindowEvent::PressDown { mouse: true } => self.choose(),
            WindowEvent::KeyDown(Code::Enter | Code::NumpadEnter, _) => {
                meta.consume();
                self.choose();
            }
            WindowEvent::MouseEnter | WindowEvent::MouseLeave => {
                self.hovered = matches!(event, WindowEvent::MouseEnter);
                cx.needs_redraw();
            }
            WindowEvent::FocusIn | WindowEvent::FocusOut => {
                self.ring = matches!(event, WindowEvent::FocusIn);
                cx.needs_redraw();
            }
            WindowEvent::FocusVisibility(visible) => {
                self.ring = *visible && cx.focused() == cx.current();
                cx.needs_redraw();
            }
            _ => {}
        });
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let session = cx.data::<Session>().clone();
        let pen = Pen::new(cx, &session, canvas);
        let theme = pen.theme();
        let bounds = pen.bounds();
        let chosen = self.chosen.get() == self.index;
        if chosen {
            pen.fill(bounds, 6.0, theme.raised);
            let mark = BoundingBox {
                y: bounds.y + pen.px(8.0),
                w: pen.px(2.5),
                h: bounds.h - pen.px(16.0),
                ..bounds
            };
            pen.fill(BoundingBox { x: bounds.x + pen.px(4.0), ..mark }, 1.25, theme.accent);
        }
        let colour = if chosen || self.hovered { theme.text } else { theme.dim };
        let area = BoundingBox { x: bounds.x + pen.px(14.0), w: bounds.w - pen.px(20.0), ..bounds };
        let weight = if chosen { 600 } else { 450 };
        pen.text(&self.title, Type::new(12.0, weight, colour), area, Align::Left);
        if self.ring {
            pen.frame(bounds, 6.0, 1.5, theme.accent);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_leave_out_what_the_place_says() {
        for (name, place, shown) in [
            ("EQ 1 Gain", "EQ Band 1", "Gain"),
            ("Limiter Look-ahead", "Limiter Limiter", "Look-ahead"),
            ("Input Gain", "Main Main", "Input Gain"),
            ("Stereo", "Stereo Stereo", "Stereo"),
            ("Drive", "Drive Drive", "Drive"),
            ("", "", ""),
        ] {
            assert_eq!(caption(name, place), shown, "{name} in {place}");
        }
    }
}
