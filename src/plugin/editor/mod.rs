//! The editor: a page for every parameter, and the meters at the right, always in sight.

mod figures;
mod live;
mod meters;
mod note;
mod reductions;

use std::sync::Arc;

use vizia_plug::vizia::prelude::*;
use vizia_plug::widgets::ResizeGrip;
use vizia_plug::{EditorSize, PlugEditor, Spec, generic};

use crate::HostParams;

pub use live::Link;

/// Sizes in logical pixels: at first, at least, at most.
const FIRST: (f64, f64) = (1120.0, 720.0);
const LEAST: (f64, f64) = (880.0, 560.0);
const MOST: (f64, f64) = (3840.0, 2160.0);

/// Builds the plugin's editor, freely resizable.
pub(crate) fn editor(title: &str, params: Arc<HostParams>, link: Link) -> PlugEditor {
    PlugEditor::new(title, spec(params, link), Arc::new(EditorSize::new(FIRST, LEAST, MOST)))
}

/// Describes what the editor shows. The page chosen is remembered as long as this or a clone of it lives.
pub fn spec(params: Arc<HostParams>, link: Link) -> Spec {
    let chosen = Arc::default();
    let shown = Arc::clone(&params);
    Spec::new(Some(shown), move |cx| content(cx, &params, &link, &chosen))
}

fn content(cx: &mut Context, params: &Arc<HostParams>, link: &Link, chosen: &Arc<generic::Chosen>) {
    HStack::new(cx, |cx| {
        VStack::new(cx, |cx| {
            note::build(cx, params);
            generic::content(cx, chosen);
        })
        .size(Stretch(1.0));
        meters::build(cx, link);
    })
    .size(Stretch(1.0));
    ResizeGrip::new(cx).position_type(PositionType::Absolute).left(Stretch(1.0)).top(Stretch(1.0));
}
