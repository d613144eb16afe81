//! Parameter changes outside of blocks: what the host flushes, and what the plugin's editor did meanwhile.

use std::sync::atomic::Ordering;

use clap_sys::events::{CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE, clap_event_param_value};
use clap_sys::events::{clap_input_events, clap_output_events};

use crate::outbox::{Outbox, Values};
use crate::plugin::Guarded;

/// What audio calls, flushes and changes of phase exclude each other over.
pub(crate) struct Audio {
    pub(crate) active: bool,
    pub(crate) processing: bool,
    pub(crate) max_frames: u32,
    /// What the editor did while no block carried it.
    pub(crate) outbox: Outbox,
    /// Values that the host sent on a thread on which the plugin could not take them.
    pub(crate) kept: Values,
}

impl Guarded {
    fn flush_inner(&self, input: &clap_input_events, output: &clap_output_events) {
        if let Some(flush) = self.extensions().params.and_then(|params| params.flush) {
            // SAFETY: CLAP ext/params.h, flush: never beside another flush or block (the gate), in the role that the phase asks for.
            unsafe { flush(self.inner, input, output) };
        }
    }

    /// Exchanges parameter events in the role that the phase asks for; `false` if this thread cannot have it now.
    fn flush_with(&self, audio: &Audio, input: &clap_input_events, output: &clap_output_events) -> bool {
        if audio.active {
            let _role = self.host.threads.enter_audio();
            self.flush_inner(input, output);
            return true;
        }
        self.editor(|| Some(self.flush_inner(input, output))).is_some()
    }

    /// Lets the plugin take over what its editor did, and what was kept from the host; no block is running.
    pub(crate) fn settle(&self, audio: &mut Audio) {
        let wanted = self.host.flush.load(Ordering::Acquire) || !audio.kept.0.is_empty();
        if !wanted {
            return;
        }
        let mut outbox = std::mem::replace(&mut audio.outbox, Outbox::new(Vec::new()));
        let mut kept = std::mem::replace(&mut audio.kept, Values(Vec::new()));
        self.host.flush.store(false, Ordering::Release);
        if self.flush_with(audio, &kept.list(), &outbox.receiver()) {
            kept.0.clear();
        } else {
            self.host.flush.store(true, Ordering::Release);
        }
        (audio.outbox, audio.kept) = (outbox, kept);
    }

    /// As [`settle`](Self::settle), from a main-thread call: a state to be saved must hold what the user sees.
    pub(crate) fn settle_now(&self) {
        if self.host.flush.load(Ordering::Acquire)
            && let Some(mut audio) = self.audio.enter_main()
        {
            self.settle(&mut audio);
        }
    }

    /// CLAP's `params.flush`.
    ///
    /// # Safety
    /// CLAP ext/params.h, `flush`: null or lists valid during the call.
    pub(crate) unsafe fn flush(
        &self,
        input: *const clap_input_events,
        output: *const clap_output_events,
    ) -> Option<()> {
        let on_main = self.host.threads.is_main();
        let mut audio = if on_main { self.audio.enter_main()? } else { self.audio.enter_audio()? };
        // SAFETY: this function's contract.
        let (input, output) = unsafe { (input.as_ref(), output.as_ref()) };
        self.settle(&mut audio);
        if let Some(output) = output {
            audio.outbox.emit(output);
        }
        let nothing = Values(Vec::new());
        let mut nowhere = Outbox::new(Vec::new());
        let (empty, none) = (nothing.list(), nowhere.receiver());
        self.host.flush.store(false, Ordering::Release);
        if !self.flush_with(&audio, input.unwrap_or(&empty), output.unwrap_or(&none)) {
            self.host.flush.store(true, Ordering::Release);
            if let Some(input) = input {
                // SAFETY: this function's contract.
                unsafe { audio.keep(input) };
            }
        }
        Some(())
    }
}

impl Audio {
    /// Keeps the values of a list, the latest of each parameter.
    ///
    /// # Safety
    /// CLAP events.h: a valid list.
    unsafe fn keep(&mut self, input: &clap_input_events) {
        let (Some(size), Some(get)) = (input.size, input.get) else { return };
        // SAFETY: this function's contract.
        for index in 0..unsafe { size(input) } {
            // SAFETY: this function's contract, an index below the size.
            let header = unsafe { get(input, index) };
            // SAFETY: CLAP events.h: null or a valid header.
            let Some(known) = (unsafe { header.as_ref() }) else { continue };
            if known.space_id != CLAP_CORE_EVENT_SPACE_ID || known.type_ != CLAP_EVENT_PARAM_VALUE {
                continue;
            }
            // SAFETY: CLAP events.h: an event of this type has this layout.
            let event = unsafe { header.cast::<clap_event_param_value>().read_unaligned() };
            self.kept.0.retain(|kept| kept.param_id != event.param_id);
            self.kept.0.push(event);
            self.outbox.overrule(event.param_id);
        }
    }
}
