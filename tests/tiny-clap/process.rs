//! Blocks and flushes: events in, sound, events out.

use std::ptr;
use std::sync::atomic::Ordering;

use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_GESTURE_BEGIN, CLAP_EVENT_PARAM_GESTURE_END,
    CLAP_EVENT_PARAM_VALUE, CLAP_TRANSPORT_HAS_TEMPO, clap_event_header, clap_event_param_gesture,
    clap_event_param_value, clap_input_events, clap_output_events,
};
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{CLAP_PROCESS_CONTINUE, CLAP_PROCESS_ERROR, clap_process};

use crate::params::Id;
use crate::plugin::{Alone, AudioSide, Edit, Tiny, tiny};
use crate::rule;

/// # Safety
/// CLAP events.h: null or a valid list during the call.
unsafe fn event(list: *const clap_input_events, i: u32) -> Option<clap_event_param_value> {
    // SAFETY: this function's contract; an event of this type has this layout.
    unsafe {
        let header = ((*list).get)?(list, i);
        let value =
            (*header).space_id == CLAP_CORE_EVENT_SPACE_ID && (*header).type_ == CLAP_EVENT_PARAM_VALUE;
        value.then(|| header.cast::<clap_event_param_value>().read_unaligned())
    }
}

/// # Safety
/// CLAP events.h: null or a valid list during the call.
unsafe fn event_count(list: *const clap_input_events) -> u32 {
    // SAFETY: this function's contract.
    unsafe { list.as_ref().and_then(|events| events.size).map_or(0, |size| size(list)) }
}

fn push(out: &clap_output_events, header: &clap_event_header) -> bool {
    // SAFETY: CLAP events.h, try_push: a valid event during the call.
    out.try_push.is_some_and(|push| unsafe { push(out, header) })
}

fn header<T>(type_: u16) -> clap_event_header {
    clap_event_header {
        size: size_of::<T>() as u32,
        time: 0,
        space_id: CLAP_CORE_EVENT_SPACE_ID,
        type_,
        flags: 0,
    }
}

fn tell_value(out: &clap_output_events, id: Id, value: f64) -> bool {
    let header = header::<clap_event_param_value>(CLAP_EVENT_PARAM_VALUE);
    let cookie = ptr::null_mut();
    let (param_id, note_id, port_index, channel, key) = (id as u32, -1, -1, -1, -1);
    push(
        out,
        &clap_event_param_value { header, param_id, cookie, note_id, port_index, channel, key, value }.header,
    )
}

fn tell_gesture(out: &clap_output_events, id: Id, type_: u16) -> bool {
    let header = header::<clap_event_param_gesture>(type_);
    push(out, &clap_event_param_gesture { header, param_id: id as u32 }.header)
}

/// Sends what the window did to the host, and lets it take effect.
fn send_edits(tiny: &Tiny, audio: &mut AudioSide, out: Option<&clap_output_events>) {
    let Some(out) = out else { return };
    while let Ok(edit) = audio.edits.pop() {
        match edit {
            Edit::Begin(id) => tell_gesture(out, id, CLAP_EVENT_PARAM_GESTURE_BEGIN),
            Edit::Value(id, plain) => {
                tiny.set(id as u32, plain);
                tell_value(out, id, plain)
            }
            Edit::End(id) => tell_gesture(out, id, CLAP_EVENT_PARAM_GESTURE_END),
        };
    }
}

pub(crate) unsafe extern "C" fn process(plugin: *const clap_plugin, process: *const clap_process) -> i32 {
    let tiny = tiny!(plugin);
    let _alone = tiny.on_audio(tiny.processing.load(Ordering::SeqCst));
    // SAFETY: CLAP plugin.h, process: in the audio role, with a valid block.
    let (audio, block) = unsafe { (tiny.audio(), &*process) };
    // SAFETY: CLAP process.h: one bus each, as the ports extension says; null or a valid list.
    let (input, output, out) =
        unsafe { (block.audio_inputs.as_ref(), block.audio_outputs.as_ref(), block.out_events.as_ref()) };
    let (Some(input), Some(output)) = (input, output) else { return CLAP_PROCESS_ERROR };
    send_edits(tiny, audio, out);
    tell_readings(tiny, audio, block, out);
    let channels = if tiny.mono.load(Ordering::SeqCst) { 1 } else { 2 };
    rule(input.channel_count == channels && output.channel_count == channels);
    let channels = channels as usize;
    // SAFETY: CLAP events.h: valid during the call.
    let events = unsafe { event_count(block.in_events) };
    let (mut next, mut last_time) = (0, 0);
    for frame in 0..block.frames_count {
        while next < events {
            // SAFETY: CLAP events.h: an index below the size.
            let Some(event) = (unsafe { event(block.in_events, next) }) else { break };
            rule(event.header.time >= last_time && event.header.time < block.frames_count);
            if event.header.time > frame {
                break;
            }
            last_time = event.header.time;
            tiny.set(event.param_id, event.value);
            next += 1;
        }
        let mut samples = [0.0; 2];
        // SAFETY: CLAP audio-buffer.h: `channel_count` channels of `frames_count` samples.
        unsafe {
            for (c, sample) in samples.iter_mut().enumerate().take(channels) {
                *sample = *(*input.data32.add(c)).add(frame as usize);
            }
            let samples = audio.dsp.frame(&tiny.values, samples);
            for (c, sample) in samples.iter().enumerate().take(channels) {
                *(*output.data32.add(c)).add(frame as usize) = *sample;
            }
        }
    }
    rule(next == events);
    CLAP_PROCESS_CONTINUE
}

/// Tells the read-only values when they have changed.
fn tell_readings(tiny: &Tiny, audio: &mut AudioSide, block: &clap_process, out: Option<&clap_output_events>) {
    let Some(out) = out else { return };
    let offline = tiny.offline.load(Ordering::SeqCst);
    if audio.told_offline != Some(offline) {
        audio.told_offline = Some(offline);
        let value = f64::from(u8::from(offline));
        tiny.values.set(Id::Offline as u32, value);
        tell_value(out, Id::Offline, value);
    }
    // SAFETY: CLAP process.h, transport: null or valid during the call.
    let transport = unsafe { block.transport.as_ref() };
    let tempo = transport.filter(|t| t.flags & CLAP_TRANSPORT_HAS_TEMPO != 0).map_or(0.0, |t| t.tempo);
    if audio.told_tempo != tempo {
        audio.told_tempo = tempo;
        tiny.values.set(Id::Tempo as u32, tempo);
        tell_value(out, Id::Tempo, tempo);
    }
}

pub(crate) unsafe extern "C" fn flush(
    plugin: *const clap_plugin,
    input: *const clap_input_events,
    output: *const clap_output_events,
) {
    let tiny = tiny!(plugin);
    let _alone = if tiny.active.load(Ordering::SeqCst) {
        tiny.on_audio(true)
    } else {
        tiny.on_main();
        Alone::new(&tiny.in_audio)
    };
    // SAFETY: CLAP ext/params.h, flush: never beside another flush or block; lists valid during the call.
    unsafe {
        for i in 0..event_count(input) {
            if let Some(event) = event(input, i) {
                tiny.set(event.param_id, event.value);
            }
        }
        send_edits(tiny, tiny.audio(), output.as_ref());
    }
}
