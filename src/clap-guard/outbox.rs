//! What the plugin's editor did to parameters while no block carried it: one entry a parameter, the latest value.
//!
//! Without it a thousand moves of a knob while the host is stopped would arrive as a thousand events in its next block.

use std::ffi::c_void;

use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_GESTURE_BEGIN, CLAP_EVENT_PARAM_GESTURE_END,
    CLAP_EVENT_PARAM_VALUE, clap_event_header, clap_event_param_gesture, clap_event_param_value,
    clap_input_events, clap_output_events,
};

use crate::guard::guard;

#[derive(Clone, Copy, PartialEq)]
enum Gesture {
    Begin,
    End,
}

#[derive(Clone, Copy)]
struct Slot {
    id: u32,
    /// First and last gesture event since the last emission: together they say how the host's view must change.
    gestures: Option<(Gesture, Gesture)>,
    value: Option<f64>,
}

/// Pending changes, sorted by parameter id. Nothing is allocated after [`Outbox::new`].
pub(crate) struct Outbox {
    slots: Vec<Slot>,
    filled: bool,
}

impl Outbox {
    pub(crate) fn new(mut ids: Vec<u32>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        let slots = ids.into_iter().map(|id| Slot { id, gestures: None, value: None }).collect();
        Self { slots, filled: false }
    }

    fn slot(&mut self, id: u32) -> Option<&mut Slot> {
        let at = self.slots.binary_search_by_key(&id, |slot| slot.id).ok()?;
        self.filled = true;
        self.slots.get_mut(at)
    }

    fn gesture(&mut self, id: u32, gesture: Gesture) {
        if let Some(slot) = self.slot(id) {
            let first = slot.gestures.map_or(gesture, |(first, _)| first);
            slot.gestures = Some((first, gesture));
        }
    }

    fn value(&mut self, id: u32, value: f64) {
        if let Some(slot) = self.slot(id) {
            slot.value = Some(value);
        }
    }

    /// Forgets a value that the host has overruled.
    pub(crate) fn overrule(&mut self, id: u32) {
        if self.filled
            && let Some(slot) = self.slot(id)
        {
            slot.value = None;
        }
    }

    /// CLAP's view of this outbox as the receiver of a flush.
    pub(crate) fn receiver(&mut self) -> clap_output_events {
        clap_output_events { ctx: (&raw mut *self).cast(), try_push: Some(try_push) }
    }

    /// Hands everything to the host: at most a beginning, a value and an end for each parameter. What the host has no room for stays.
    pub(crate) fn emit(&mut self, to: &clap_output_events) {
        if !std::mem::take(&mut self.filled) {
            return;
        }
        let mut left = false;
        for slot in &mut self.slots {
            left |= !slot.emit(to);
        }
        self.filled = left;
    }
}

impl Slot {
    fn emit(&mut self, to: &clap_output_events) -> bool {
        if let Some((Gesture::Begin, last)) = self.gestures {
            if !push_gesture(to, self.id, CLAP_EVENT_PARAM_GESTURE_BEGIN) {
                return false;
            }
            self.gestures = (last == Gesture::End).then_some((Gesture::End, Gesture::End));
        }
        if let Some(value) = self.value {
            if !push_value(to, self.id, value) {
                return false;
            }
            self.value = None;
        }
        if let Some((Gesture::End, Gesture::End)) = self.gestures
            && !push_gesture(to, self.id, CLAP_EVENT_PARAM_GESTURE_END)
        {
            return false;
        }
        self.gestures = None;
        true
    }
}

fn header<T>(type_: u16) -> clap_event_header {
    let size = u32::try_from(size_of::<T>()).unwrap_or(0);
    clap_event_header { size, time: 0, space_id: CLAP_CORE_EVENT_SPACE_ID, type_, flags: 0 }
}

fn push(to: &clap_output_events, event: &clap_event_header) -> bool {
    // SAFETY: CLAP events.h, try_push: the host's list and a valid event, during the call.
    to.try_push.is_some_and(|push| unsafe { push(to, event) })
}

fn push_gesture(to: &clap_output_events, param_id: u32, type_: u16) -> bool {
    let event = clap_event_param_gesture { header: header::<clap_event_param_gesture>(type_), param_id };
    push(to, &event.header)
}

fn push_value(to: &clap_output_events, param_id: u32, value: f64) -> bool {
    push(to, &value_event(param_id, value).header)
}

/// A parameter value at the beginning of a block.
pub(crate) fn value_event(param_id: u32, value: f64) -> clap_event_param_value {
    clap_event_param_value {
        header: header::<clap_event_param_value>(CLAP_EVENT_PARAM_VALUE),
        param_id,
        cookie: std::ptr::null_mut(),
        note_id: -1,
        port_index: -1,
        channel: -1,
        key: -1,
        value,
    }
}

unsafe extern "C" fn try_push(list: *const clap_output_events, event: *const clap_event_header) -> bool {
    guard(false, || {
        // SAFETY: CLAP events.h: the plugin passes the list it was given, during the flush; `receiver` took its borrow.
        let outbox = unsafe { list.as_ref()?.ctx.cast::<Outbox>().as_mut()? };
        // SAFETY: CLAP events.h, try_push: null or a valid header.
        let header = unsafe { event.as_ref()? };
        if header.space_id != CLAP_CORE_EVENT_SPACE_ID {
            return None;
        }
        match header.type_ {
            CLAP_EVENT_PARAM_VALUE => {
                // SAFETY: CLAP events.h: an event of this type has this layout.
                let value = unsafe { event.cast::<clap_event_param_value>().read_unaligned() };
                outbox.value(value.param_id, value.value);
            }
            CLAP_EVENT_PARAM_GESTURE_BEGIN | CLAP_EVENT_PARAM_GESTURE_END => {
                // SAFETY: CLAP events.h: an event of these types has this layout.
                let gesture = unsafe { event.cast::<clap_event_param_gesture>().read_unaligned() };
                let begins = header.type_ == CLAP_EVENT_PARAM_GESTURE_BEGIN;
                outbox.gesture(gesture.param_id, if begins { Gesture::Begin } else { Gesture::End });
            }
            _ => return None,
        }
        Some(true)
    })
}

/// A list of parameter values as a host would send it.
pub(crate) struct Values(pub(crate) Vec<clap_event_param_value>);

impl Values {
    pub(crate) fn list(&self) -> clap_input_events {
        clap_input_events { ctx: (&raw const *self) as *mut c_void, size: Some(size), get: Some(get) }
    }
}

unsafe extern "C" fn size(list: *const clap_input_events) -> u32 {
    // SAFETY: CLAP events.h: the plugin passes the list it was given, during the call.
    guard(0, || unsafe { list.as_ref()?.ctx.cast::<Values>().as_ref()? }.0.len().try_into().ok())
}

unsafe extern "C" fn get(list: *const clap_input_events, index: u32) -> *const clap_event_header {
    guard(std::ptr::null(), || {
        // SAFETY: CLAP events.h: the plugin passes the list it was given, during the call.
        let values = unsafe { list.as_ref()?.ctx.cast::<Values>().as_ref()? };
        Some((&raw const values.0.get(index as usize)?.header).cast())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a host would note down: -1 for a beginning, -2 for an end, else the value.
    unsafe extern "C" fn note(list: *const clap_output_events, event: *const clap_event_header) -> bool {
        // SAFETY: the list and event that `told` and `emit` made.
        unsafe {
            let notes = &mut *(*list).ctx.cast::<Vec<f64>>();
            notes.push(match (*event).type_ {
                CLAP_EVENT_PARAM_GESTURE_BEGIN => -1.0,
                CLAP_EVENT_PARAM_GESTURE_END => -2.0,
                _ => event.cast::<clap_event_param_value>().read_unaligned().value,
            });
        }
        true
    }

    fn told(outbox: &mut Outbox) -> Vec<f64> {
        let mut notes: Vec<f64> = Vec::new();
        outbox.emit(&clap_output_events { ctx: (&raw mut notes).cast(), try_push: Some(note) });
        notes
    }

    #[test]
    fn a_thousand_moves_are_one_gesture_with_the_last_value() {
        let mut outbox = Outbox::new(vec![9, 7]);
        for i in 0..1000 {
            outbox.gesture(7, Gesture::Begin);
            outbox.value(7, f64::from(i));
            outbox.gesture(7, Gesture::End);
        }
        outbox.value(8, 1.0);
        assert_eq!(told(&mut outbox), [-1.0, 999.0, -2.0]);
        assert_eq!(told(&mut outbox), []);
    }

    #[test]
    fn an_open_gesture_stays_one() {
        let mut outbox = Outbox::new(vec![7]);
        outbox.gesture(7, Gesture::Begin);
        outbox.value(7, 0.1);
        assert_eq!(told(&mut outbox), [-1.0, 0.1]);
        outbox.value(7, 0.2);
        outbox.gesture(7, Gesture::End);
        outbox.gesture(7, Gesture::Begin);
        assert_eq!(told(&mut outbox), [0.2], "the host still sees it held");
        outbox.gesture(7, Gesture::End);
        outbox.value(7, 0.3);
        outbox.overrule(7);
        assert_eq!(told(&mut outbox), [-2.0]);
    }

    unsafe extern "C" fn refuse(_: *const clap_output_events, _: *const clap_event_header) -> bool {
        false
    }

    #[test]
    fn what_the_host_has_no_room_for_stays() {
        let mut outbox = Outbox::new(vec![7]);
        outbox.gesture(7, Gesture::Begin);
        outbox.value(7, 0.1);
        outbox.emit(&clap_output_events { ctx: std::ptr::null_mut(), try_push: Some(refuse) });
        assert_eq!(told(&mut outbox), [-1.0, 0.1]);
    }
}
