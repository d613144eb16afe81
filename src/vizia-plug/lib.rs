//! vizia inside a plugin window.
//!
//! What `nih_plug_vizia` was to nih-plug, for [nice-plug](nice_plug) and vizia 0.4, with no code but Rust: a
//! [baseview] window drawn by the processor alone, widgets bound to parameters, an editor for any set of
//! parameters, and a mode without a window for tests and screenshots. The crate knows no plugin in particular.
//!
//! ```no_run
//! use std::sync::Arc;
//! use nice_plug::prelude::Params;
//! use vizia_plug::{PlugEditor, generic_editor};
//!
//! fn editor(params: Arc<dyn Params>) -> PlugEditor {
//!     generic_editor("My plugin", params)
//! }
//! ```
//!
//! An editor of one's own is a function that builds views; every view finds the parameters in the [`Session`]:
//!
//! ```
//! use vizia::prelude::*;
//! use vizia_plug::{Session, widgets::Knob};
//!
//! fn content(cx: &mut Context) {
//!     let gain = cx.data::<Session>().parameters.get("gain").cloned();
//!     HStack::new(cx, move |cx| {
//!         if let Some(gain) = &gain {
//!             Knob::with_figures(cx, gain);
//!         }
//!     });
//! }
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | [`param`], [`host`] | a safe handle to any parameter; where gestures go |
//! | [`widget`], [`widgets`], [`control`], [`hand`] | a widget is a face with a parameter's control in a hand |
//! | [`readout`] | a view that shows a reading |
//! | [`overlay`], [`generic`] | menus and typed values; the editor of any parameters |
//! | [`session`], [`theme`], [`ink`], [`pen`] | what views share: parameters, look, text, shapes |
//! | [`ui`], [`headless`], [`picture`] | the user interface without a window, its pictures |
//! | [`editor`], [`size`], [`keys`], [`input`] | the window, its size, which keys it takes |

mod clipboard;
pub mod control;
pub mod demo;
pub mod editor;
mod frame;
pub mod generic;
pub mod hand;
pub mod headless;
pub mod host;
pub mod ink;
pub mod input;
pub mod keys;
pub mod overlay;
pub mod param;
pub mod pen;
pub mod picture;
mod presenter;
pub mod readout;
mod root;
pub mod session;
pub mod size;
pub mod theme;
pub mod ui;
pub mod widget;
pub mod widgets;
mod window;
#[cfg(target_os = "linux")]
mod x11;

use std::io;
use std::path::Path;
use std::sync::Arc;

use nice_plug::prelude::Params;
pub use vizia;
use vizia::prelude::{LayoutModifiers, PositionType, Units};

pub use editor::PlugEditor;
pub use frame::{Area, Pixels};
pub use headless::Headless;
pub use param::{Parameter, Parameters};
pub use picture::Picture;
pub use root::Wish;
pub use session::{Frame, ParameterChanged, Session};
pub use size::EditorSize;
pub use theme::Theme;
pub use ui::{Extent, Spec, Ui};

/// An editor for any set of parameters: 960 by 640 logical pixels, freely resizable.
pub fn generic_editor(title: impl Into<String>, params: Arc<dyn Params>) -> PlugEditor {
    let size = EditorSize::new((960.0, 640.0), (480.0, 320.0), (2400.0, 1600.0));
    PlugEditor::new(title, generic_spec(params), Arc::new(size))
}

/// What [`generic_editor`] shows. The page chosen is remembered as long as the description or a clone of it lives.
pub fn generic_spec(params: Arc<dyn Params>) -> Spec {
    let chosen = Arc::default();
    Spec::new(Some(params), move |cx| {
        generic::content(cx, &chosen);
        let corner = widgets::ResizeGrip::new(cx).position_type(PositionType::Absolute);
        corner.left(Units::Stretch(1.0)).top(Units::Stretch(1.0));
    })
}

/// Writes `name.png` and `name@2x.png` into `folder`: what `spec` shows at `size` logical pixels. For
/// `cargo xtask screenshot`.
///
/// # Errors
/// When a file cannot be written.
pub fn screenshots(spec: &Spec, size: (f32, f32), folder: &Path, name: &str) -> io::Result<()> {
    for (scale, suffix) in [(1.0, ""), (2.0, "@2x")] {
        let mut ui = Headless::new(spec, size.0, size.1, scale);
        ui.settle();
        ui.picture().save(&folder.join(format!("{name}{suffix}.png")))?;
    }
    Ok(())
}
