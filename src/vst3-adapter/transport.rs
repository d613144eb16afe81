//! VST3's process context as CLAP's transport event.

use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_TRANSPORT, CLAP_TRANSPORT_HAS_BEATS_TIMELINE,
    CLAP_TRANSPORT_HAS_SECONDS_TIMELINE, CLAP_TRANSPORT_HAS_TEMPO, CLAP_TRANSPORT_HAS_TIME_SIGNATURE,
    CLAP_TRANSPORT_IS_LOOP_ACTIVE, CLAP_TRANSPORT_IS_PLAYING, CLAP_TRANSPORT_IS_RECORDING, clap_event_header,
    clap_event_transport,
};
use clap_sys::fixedpoint::{CLAP_BEATTIME_FACTOR, CLAP_SECTIME_FACTOR};
use vst3::Steinberg::Vst::IProcessContextRequirements_::Flags_ as Needs;
use vst3::Steinberg::Vst::ProcessContext;
use vst3::Steinberg::Vst::ProcessContext_::StatesAndFlags_ as State;

/// What [`transport`] reads (VST3 ivstaudioprocessor.h, `IProcessContextRequirements`).
pub(crate) const NEEDS: u32 = (Needs::kNeedContinousTimeSamples
    | Needs::kNeedProjectTimeMusic
    | Needs::kNeedBarPositionMusic
    | Needs::kNeedCycleMusic
    | Needs::kNeedTempo
    | Needs::kNeedTimeSignature
    | Needs::kNeedTransportState) as u32;

/// CLAP's transport at frame `start` of a block. Beats are quarter notes in both formats; CLAP's times are fixed point with 31
/// fractional bits (CLAP fixedpoint.h). VST3 counts no bars: the number is derived where the signature is known.
pub(crate) fn transport(context: &ProcessContext, start: u32) -> clap_event_transport {
    let has = |flag| context.state & flag as u32 != 0;
    let beats = |quarters: f64| (quarters * CLAP_BEATTIME_FACTOR as f64).round() as i64;
    let seconds = |s: f64| (s * CLAP_SECTIME_FACTOR as f64).round() as i64;
    let tempo = if has(State::kTempoValid) && context.tempo > 0.0 { context.tempo } else { 0.0 };
    let rate = if context.sampleRate > 0.0 { context.sampleRate } else { 1.0 };
    let passed_s = if has(State::kPlaying) { f64::from(start) / rate } else { 0.0 };
    let mut flags = 0;
    let mut set = |condition: bool, flag| {
        if condition {
            flags |= flag;
        }
    };
    set(has(State::kPlaying), CLAP_TRANSPORT_IS_PLAYING);
    set(has(State::kRecording), CLAP_TRANSPORT_IS_RECORDING);
    set(has(State::kCycleActive) && has(State::kCycleValid), CLAP_TRANSPORT_IS_LOOP_ACTIVE);
    set(tempo > 0.0, CLAP_TRANSPORT_HAS_TEMPO);
    set(has(State::kTimeSigValid), CLAP_TRANSPORT_HAS_TIME_SIGNATURE);
    set(has(State::kProjectTimeMusicValid), CLAP_TRANSPORT_HAS_BEATS_TIMELINE);
    // Always valid (VST3 ivstprocesscontext.h, projectTimeSamples).
    set(context.sampleRate > 0.0, CLAP_TRANSPORT_HAS_SECONDS_TIMELINE);

    let loop_start = if has(State::kCycleValid) { context.cycleStartMusic } else { 0.0 };
    let loop_end = if has(State::kCycleValid) { context.cycleEndMusic } else { 0.0 };
    let loop_seconds = |quarters: f64| if tempo > 0.0 { seconds(quarters * 60.0 / tempo) } else { 0 };
    let bar = if has(State::kBarPositionValid) { context.barPositionMusic } else { 0.0 };
    let (num, denom) = if has(State::kTimeSigValid) {
        (context.timeSigNumerator, context.timeSigDenominator)
    } else {
        (0, 0)
    };
    let bar_length = if denom > 0 { f64::from(num) * 4.0 / f64::from(denom) } else { 0.0 };
    clap_event_transport {
        header: clap_event_header {
            size: size_of::<clap_event_transport>() as u32,
            time: 0,
            space_id: CLAP_CORE_EVENT_SPACE_ID,
            type_: CLAP_EVENT_TRANSPORT,
            flags: 0,
        },
        flags,
        song_pos_beats: if has(State::kProjectTimeMusicValid) {
            beats(context.projectTimeMusic + passed_s * tempo / 60.0)
        } else {
            0
        },
        song_pos_seconds: seconds(context.projectTimeSamples as f64 / rate + passed_s),
        tempo,
        tempo_inc: 0.0,
        loop_start_beats: beats(loop_start),
        loop_end_beats: beats(loop_end),
        loop_start_seconds: loop_seconds(loop_start),
        loop_end_seconds: loop_seconds(loop_end),
        bar_start: beats(bar),
        bar_number: if bar_length > 0.0 { (bar / bar_length).round() as i32 } else { 0 },
        tsig_num: u16::try_from(num).unwrap_or(0),
        tsig_denom: u16::try_from(denom).unwrap_or(0),
    }
}

/// The host's count of frames that never jumps, -1 if it has none (CLAP process.h, `steady_time`).
pub(crate) fn steady_time(context: &ProcessContext) -> i64 {
    if context.state & State::kContTimeValid as u32 != 0 { context.continousTimeSamples.max(-1) } else { -1 }
}
