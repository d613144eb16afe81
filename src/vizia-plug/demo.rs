//! A small set of parameters of every kind and a page of every widget: an example, and what the tests work on.

use std::sync::Arc;

use nice_plug::prelude::{BoolParam, FloatParam, FloatRange, IntParam, IntRange, Param, ParamPtr, Params};
use vizia::prelude::*;

use crate::param::Parameter;
use crate::session::Session;
use crate::widgets::{
    DropDown, Handle2d, HandleArea, Knob, Levels, NumericField, PeakMeter, ResizeGrip, Segmented, Slider,
    Toggle,
};

/// One parameter of each kind.
pub struct Sample {
    gain: FloatParam,
    freq: FloatParam,
    q: FloatParam,
    on: BoolParam,
    mode: IntParam,
    curve: IntParam,
}

impl Sample {
    /// The choices of `mode`.
    pub const MODES: [&'static str; 3] = ["Soft", "Medium", "Hard"];
    /// The choices of `curve`.
    pub const CURVES: [&'static str; 7] =
        ["Bell", "Low shelf", "High shelf", "Low cut", "High cut", "Notch", "Tilt"];
}

/// The parameters at their defaults.
pub fn sample() -> Arc<Sample> {
    let linear = |min, max| FloatRange::Linear { min, max };
    Arc::new(Sample {
        gain: FloatParam::new("Gain", 0.0, linear(-12.0, 12.0)).with_step_size(0.1).with_unit(" dB"),
        freq: FloatParam::new(
            "Frequency",
            1000.0,
            FloatRange::Skewed { min: 20.0, max: 20_000.0, factor: FloatRange::skew_factor(-2.0) },
        )
        .with_step_size(1.0)
        .with_unit(" Hz"),
        q: FloatParam::new("Q", 0.7, linear(0.1, 10.0)).with_step_size(0.01),
        on: BoolParam::new("Active", true),
        mode: choice("Mode", 1, &Sample::MODES),
        curve: choice("Curve", 0, &Sample::CURVES),
    })
}

fn choice(name: &str, default: i32, texts: &'static [&'static str]) -> IntParam {
    let last = i32::try_from(texts.len()).unwrap_or(1) - 1;
    IntParam::new(name, default, IntRange::Linear { min: 0, max: last })
        .with_value_to_string(Arc::new(move |value| {
            usize::try_from(value)
                .ok()
                .and_then(|index| texts.get(index))
                .copied()
                .unwrap_or_default()
                .to_owned()
        }))
        .with_string_to_value(Arc::new(move |text| {
            texts
                .iter()
                .position(|t| t.eq_ignore_ascii_case(text))
                .and_then(|index| i32::try_from(index).ok())
        }))
}

// SAFETY: the pointers point into `self`, which `Parameters` keeps alive.
unsafe impl Params for Sample {
    fn param_map(&self) -> Vec<(String, ParamPtr, String)> {
        let entry = |id: &str, ptr, group: &str| (id.to_owned(), ptr, group.to_owned());
        vec![
            entry("gain", self.gain.as_ptr(), "Tone"),
            entry("freq", self.freq.as_ptr(), "Tone/Band 1"),
            entry("q", self.q.as_ptr(), "Tone/Band 1"),
            entry("curve", self.curve.as_ptr(), "Tone/Band 1"),
            entry("on", self.on.as_ptr(), "Drive"),
            entry("mode", self.mode.as_ptr(), "Drive"),
        ]
    }
}

/// Shows every widget on one page; see `examples/gallery.rs`.
pub fn gallery(cx: &mut Context) {
    let parameters = cx.data::<Session>().parameters.clone();
    let get = move |id: &str| parameters.get(id).cloned();
    let Some(((gain, freq), (q, on))) = get("gain").zip(get("freq")).zip(get("q").zip(get("on"))) else {
        return;
    };
    let Some((mode, curve)) = get("mode").zip(get("curve")) else { return };
    VStack::new(cx, move |cx| {
        HStack::new(cx, |cx| {
            Knob::with_figures(cx, &freq);
            Knob::with_figures(cx, &gain);
            Knob::with_figures(cx, &q);
            Knob::new(cx, &gain);
            let hue = cx.data::<Session>().theme.hues[3];
            Knob::coloured(cx, &q, false, hue);
        })
        .height(Auto)
        .alignment(Alignment::Left)
        .gap(Pixels(16.0));
        HStack::new(cx, |cx| {
            Toggle::new(cx, &on);
            Segmented::new(cx, &mode);
            DropDown::new(cx, &curve);
            Slider::new(cx, &gain);
            NumericField::new(cx, &gain);
        })
        .height(Auto)
        .alignment(Alignment::Left)
        .gap(Pixels(16.0));
        plot(cx, &freq, &gain, &q);
        PeakMeter::new(cx, -48.0, || Levels { peak_db: [-7.5, -9.25] }).width(Stretch(1.0));
    })
    .padding(Pixels(20.0))
    .gap(Pixels(16.0))
    .size(Stretch(1.0));
    ResizeGrip::new(cx).position_type(PositionType::Absolute).left(Stretch(1.0)).top(Stretch(1.0));
}

fn plot(cx: &mut Context, x: &Parameter, y: &Parameter, wheel: &Parameter) {
    let theme = cx.data::<Session>().theme.clone();
    let ground = theme.plot;
    let (x, y, wheel) = (x.clone(), y.clone(), wheel.clone());
    HStack::new(cx, move |cx| {
        HandleArea::new(cx, |cx| {
            Handle2d::new(cx, "1", theme.hues[3], (&x, &y), Some(&wheel));
        });
    })
    .background_color(ground)
    .corner_radius(Pixels(8.0))
    .height(Stretch(1.0));
}
