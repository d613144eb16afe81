//! Parameter events: VST3's queues in, CLAP's gestures and values out.

use std::ffi::c_void;
use std::ops::Range;

use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_GESTURE_BEGIN, CLAP_EVENT_PARAM_GESTURE_END,
    CLAP_EVENT_PARAM_VALUE, clap_event_header, clap_event_param_gesture, clap_event_param_value,
    clap_input_events, clap_output_events,
};
use rtrb::Producer;
use vst3::ComRef;
use vst3::Steinberg::Vst::{
    IParamValueQueue, IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait,
};
use vst3::Steinberg::kResultOk;

use crate::guard::guard;
use crate::params::{Param, ParamTable};

/// Room for automation points in one block, on top of [`POINTS_PER_PARAM`].
const POINTS: usize = 1024;
const POINTS_PER_PARAM: usize = 16;

/// What the plugin's editor did to a parameter, on its way to the host's main thread. Values are normalised,
/// parameters are table indices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Edit {
    Begin(usize),
    Perform(usize, f64),
    End(usize),
    /// A change outside any gesture that no block could carry.
    Whole(usize, f64),
}

/// A block's parameter events, in an allocation made once.
pub(crate) struct InputEvents {
    events: Vec<Timed>,
    /// The part that [`list`](Self::list) shows.
    shown: Range<usize>,
}

struct Timed {
    event: clap_event_param_value,
    /// Order of arrival, which decides between events of one frame.
    order: usize,
}

// SAFETY: CLAP ext/params.h: the cookie is an opaque number to the host; nothing here follows it.
unsafe impl Send for InputEvents {}

impl InputEvents {
    pub(crate) fn new(params: usize) -> Self {
        Self { events: Vec::with_capacity(POINTS + POINTS_PER_PARAM * params), shown: 0..0 }
    }

    pub(crate) fn clear(&mut self) {
        self.events.clear();
        self.shown = 0..0;
    }

    /// Shows all events, at the times they have.
    pub(crate) fn show_all(&mut self) {
        self.shown = 0..self.events.len();
    }

    /// Shows the events before frame `end` that have not been shown, their times counted from frame `start`.
    pub(crate) fn show_next(&mut self, start: u32, end: u32) {
        let first = self.shown.end;
        let count = self.events[first..].iter().take_while(|timed| timed.event.header.time < end).count();
        self.shown = first..first + count;
        for timed in &mut self.events[self.shown.clone()] {
            timed.event.header.time = timed.event.header.time.saturating_sub(start);
        }
    }

    /// Shows the values at the beginning of the block.
    pub(crate) fn show_first(&mut self) {
        self.shown = 0..self.events.iter().take_while(|timed| timed.event.header.time == 0).count();
    }

    /// Shows nothing, so that [`show_next`](Self::show_next) begins anew.
    pub(crate) fn show_none(&mut self) {
        self.shown = 0..0;
    }

    /// Adds one value; `false` if the room is used up.
    pub(crate) fn push(&mut self, param: &Param, time: u32, normalised: f64) -> bool {
        let has_room = self.events.len() < self.events.capacity();
        if has_room {
            let event = value_event(param, time, normalised);
            self.events.push(Timed { event, order: self.events.len() });
        }
        has_room
    }

    /// Calls `each` with the id and plain value of each event shown.
    pub(crate) fn each_shown(&self, mut each: impl FnMut(u32, f64)) {
        for timed in &self.events[self.shown.clone()] {
            each(timed.event.param_id, timed.event.value);
        }
    }

    /// Adds a block's automation in the order of its frames; within a frame, in the order of arrival.
    ///
    /// Every point becomes an event. Unknown ids, values that are no number, and parameters that the plugin's own
    /// editor holds are left out; offsets outside the block land on its nearest frame. If a host sends more points than there is
    /// room, each parameter keeps its last ones.
    pub(crate) fn gather(
        &mut self,
        changes: ComRef<'_, IParameterChanges>,
        frames: u32,
        params: &ParamTable,
        now: u64,
    ) {
        // SAFETY: VST3 ivstparameterchanges.h, IParameterChanges: a living object during `process`.
        let count = unsafe { changes.getParameterCount() }.max(0);
        let queue = |i| {
            // SAFETY: as above; the queue is owned by `changes` and lives as long.
            unsafe { ComRef::from_raw(changes.getParameterData(i)) }
        };
        let queues = || (0..count).filter_map(queue);
        let room = self.events.capacity() - self.events.len();
        let total = queues().fold(0_usize, |sum, q| sum.saturating_add(point_count(q)));
        let share = if total <= room { room } else { room / (count as usize).max(1) };
        for queue in queues() {
            self.gather_queue(queue, frames, share, params, now);
        }
        self.events.sort_unstable_by_key(|timed| (timed.event.header.time, timed.order));
    }

    fn gather_queue(
        &mut self,
        queue: ComRef<'_, IParamValueQueue>,
        frames: u32,
        share: usize,
        params: &ParamTable,
        now: u64,
    ) {
        // SAFETY: VST3 ivstparameterchanges.h, IParamValueQueue: a living object during `process`.
        let id = unsafe { queue.getParameterId() };
        let Some((index, param)) = params.find(id) else { return };
        if params.in_gesture(index) {
            return;
        }
        let count = point_count(queue);
        if count > 0 {
            params.note_automation(index, now);
        }
        for point in count.saturating_sub(share)..count {
            let (mut offset, mut value) = (0, f64::NAN);
            // SAFETY: VST3 ivstparameterchanges.h, getPoint: two valid places for its answer.
            let result = unsafe { queue.getPoint(point as i32, &raw mut offset, &raw mut value) };
            if result != kResultOk || value.is_nan() {
                continue;
            }
            let time = u32::try_from(offset).unwrap_or(0).min(frames.saturating_sub(1));
            let value = value.clamp(0.0, 1.0);
            self.push(param, time, value);
            params.set_value(index, value);
        }
    }

    /// CLAP's view of the list; valid until the list is changed or dropped.
    pub(crate) fn list(&self) -> clap_input_events {
        clap_input_events {
            ctx: (&raw const *self) as *mut c_void,
            size: Some(list_size),
            get: Some(list_get),
        }
    }
}

fn point_count(queue: ComRef<'_, IParamValueQueue>) -> usize {
    // SAFETY: VST3 ivstparameterchanges.h, IParamValueQueue: a living object during `process`.
    usize::try_from(unsafe { queue.getPointCount() }).unwrap_or(0)
}

fn value_event(param: &Param, time: u32, normalised: f64) -> clap_event_param_value {
    clap_event_param_value {
        header: clap_event_header {
            size: size_of::<clap_event_param_value>() as u32,
            time,
            space_id: CLAP_CORE_EVENT_SPACE_ID,
            type_: CLAP_EVENT_PARAM_VALUE,
            flags: 0,
        },
        param_id: param.clap_id,
        cookie: param.cookie as *mut c_void,
        note_id: -1,
        port_index: -1,
        channel: -1,
        key: -1,
        value: param.plain(normalised),
    }
}

/// The `InputEvents` behind a CLAP list.
///
/// # Safety
/// `list` was made by [`InputEvents::list`] and is used while that value lives (CLAP events.h: during the call).
unsafe fn input<'a>(list: *const clap_input_events) -> Option<&'a InputEvents> {
    // SAFETY: this function's contract.
    unsafe { list.as_ref().and_then(|list| list.ctx.cast::<InputEvents>().as_ref()) }
}

unsafe extern "C" fn list_size(list: *const clap_input_events) -> u32 {
    // SAFETY: CLAP events.h: the plugin passes the list it was given.
    guard(0, || unsafe { input(list) }.map_or(0, |input| input.shown.len() as u32))
}

unsafe extern "C" fn list_get(list: *const clap_input_events, index: u32) -> *const clap_event_header {
    guard(std::ptr::null(), || {
        // SAFETY: CLAP events.h: the plugin passes the list it was given.
        let event =
            unsafe { input(list) }.and_then(|input| input.events[input.shown.clone()].get(index as usize));
        event.map_or(std::ptr::null(), |timed| (&raw const timed.event).cast())
    })
}

/// Where the plugin's own parameter changes go during one call.
pub(crate) struct Sink<'a> {
    pub(crate) params: &'a ParamTable,
    pub(crate) edits: &'a mut Producer<Edit>,
    /// The block's outgoing queues, if the call is a `process` and the host has some.
    pub(crate) changes: Option<ComRef<'a, IParameterChanges>>,
    /// Where the plugin's part of the host's block begins, in frames.
    pub(crate) start: u32,
}

impl Sink<'_> {
    /// CLAP's view of the sink, for one call.
    pub(crate) fn list(&mut self) -> clap_output_events {
        clap_output_events { ctx: (&raw mut *self).cast(), try_push: Some(try_push) }
    }

    /// Gestures travel to the main thread, with the values inside them; a value outside a gesture leaves with the
    /// block (a host records both, so each change takes one way only).
    fn value(&mut self, clap_id: u32, time: u32, plain: f64) -> bool {
        let Some((index, param)) = self.params.find_clap(clap_id) else { return true };
        let value = param.normalised(plain);
        self.params.set_value(index, value);
        if self.params.in_gesture(index) {
            self.edits.push(Edit::Perform(index, value)).is_ok()
        } else if let Some(changes) = self.changes {
            add_point(changes, param.id, self.start + time, value);
            true
        } else {
            self.edits.push(Edit::Whole(index, value)).is_ok()
        }
    }

    fn gesture(&mut self, clap_id: u32, open: bool) -> bool {
        let Some((index, _)) = self.params.find_clap(clap_id) else { return true };
        if self.params.set_gesture(index, open) == open {
            return true;
        }
        self.edits.push(if open { Edit::Begin(index) } else { Edit::End(index) }).is_ok()
    }
}

fn add_point(changes: ComRef<'_, IParameterChanges>, id: u32, time: u32, value: f64) {
    let mut index = 0;
    // SAFETY: VST3 ivstparameterchanges.h, addParameterData and addPoint: living objects during `process`,
    // valid places for the indices.
    unsafe {
        if let Some(queue) = ComRef::from_raw(changes.addParameterData(&raw const id, &raw mut index)) {
            queue.addPoint(time as i32, value, &raw mut index);
        }
    }
}

unsafe extern "C" fn try_push(list: *const clap_output_events, event: *const clap_event_header) -> bool {
    guard(false, || {
        // SAFETY: CLAP events.h, clap_output_events: the plugin passes the list it was given, during the call
        // it was given for; `Sink::list` took its exclusive borrow. The lifetime ends with this function.
        let sink = unsafe { list.as_ref().and_then(|list| list.ctx.cast::<Sink<'_>>().as_mut()) };
        // SAFETY: CLAP events.h, try_push: a valid event header.
        let (Some(sink), Some(header)) = (sink, unsafe { event.as_ref() }) else { return false };
        if header.space_id != CLAP_CORE_EVENT_SPACE_ID {
            return false;
        }
        match header.type_ {
            CLAP_EVENT_PARAM_VALUE => {
                // SAFETY: CLAP events.h: an event of this type has this layout.
                let value = unsafe { event.cast::<clap_event_param_value>().read_unaligned() };
                sink.value(value.param_id, header.time, value.value)
            }
            CLAP_EVENT_PARAM_GESTURE_BEGIN | CLAP_EVENT_PARAM_GESTURE_END => {
                // SAFETY: CLAP events.h: an event of these types has this layout.
                let gesture = unsafe { event.cast::<clap_event_param_gesture>().read_unaligned() };
                sink.gesture(gesture.param_id, header.type_ == CLAP_EVENT_PARAM_GESTURE_BEGIN)
            }
            _ => false,
        }
    })
}

/// Strikes a panic into the functions of both lists.
#[cfg(test)]
pub(crate) fn strike_all(struck: fn(&str, bool, &dyn Fn() -> bool)) {
    let input = InputEvents::new(1);
    let list = input.list();
    let output = clap_output_events { ctx: std::ptr::null_mut(), try_push: Some(try_push) };
    // SAFETY: each call panics before it looks at any argument.
    unsafe {
        struck("size", true, &|| list_size(&raw const list) == 0);
        struck("get", true, &|| list_get(&raw const list, 0).is_null());
        struck("try_push", false, &|| try_push(&raw const output, std::ptr::null()));
    }
}
