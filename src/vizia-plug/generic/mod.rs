//! An editor for any set of parameters: pages in a list at the left, the chosen page's cards at the right.

mod card;
mod page;
mod tab;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use vizia::prelude::*;

use crate::session::Session;

use page::{Page, pages};
use tab::Tab;

/// Least width of a column of cards, in logical pixels.
const COLUMN: f32 = 340.0;
/// Width of the list of pages, in logical pixels.
const LIST: f32 = 176.0;

/// Which page is chosen. It outlives the window, so that an editor opened again shows the page that was left.
#[derive(Debug, Default)]
pub struct Chosen(AtomicUsize);

/// Builds the editor of the session's parameters, first showing the page in `kept`, whose changes are kept there.
pub fn content(cx: &mut Context, kept: &Arc<Chosen>) {
    let pages = pages(cx.data::<Session>().parameters.iter());
    let last = pages.len().saturating_sub(1);
    let chosen = Signal::new(kept.0.load(Ordering::Relaxed).min(last));
    let columns = Signal::new(columns_in(cx.data::<Session>().size().0 - LIST));
    let kept = Arc::clone(kept);
    HStack::new(cx, move |cx| {
        if pages.len() > 1 {
            list(cx, &pages, chosen, &kept);
        }
        Columns { columns }
            .build(cx, move |cx| {
                let both = Memo::new(move |_| (chosen.get(), columns.get()));
                Binding::new(cx, both, move |cx| {
                    let (chosen, columns) = both.get();
                    let Some(page) = pages.get(chosen).cloned() else { return };
                    ScrollView::new(cx, move |cx| card::build(cx, &page, columns))
                        .show_horizontal_scrollbar(false);
                });
            })
            .class("generic-page");
    })
    .size(Stretch(1.0));
}

fn list(cx: &mut Context, pages: &[Page], chosen: Signal<usize>, kept: &Arc<Chosen>) {
    let tabs: Vec<_> = pages.iter().map(|page| (page.title.clone(), page.switch().cloned())).collect();
    let kept = Arc::clone(kept);
    VStack::new(cx, move |cx| {
        for (index, (title, switch)) in tabs.into_iter().enumerate() {
            let kept = Arc::clone(&kept);
            let choose = move || {
                chosen.set(index);
                kept.0.store(index, Ordering::Relaxed);
            };
            let is_chosen = Memo::new(move |_| chosen.get() == index);
            Tab::build_one(cx, title, switch, is_chosen, choose);
        }
    })
    .class("generic-groups");
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a small count")]
fn columns_in(width: f32) -> usize {
    (width / COLUMN).floor().clamp(1.0, 4.0) as usize
}

/// Counts the columns that fit.
struct Columns {
    columns: Signal<usize>,
}

/// The number of columns that fit.
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
