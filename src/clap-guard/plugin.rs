//! A guarded plugin: its life, its phases, its blocks.

use std::cell::UnsafeCell;
use std::ffi::c_char;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::factory::plugin_factory::clap_plugin_factory;
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{CLAP_PROCESS_ERROR, clap_process};

use crate::extensions::Extensions;
use crate::flush::Audio;
use crate::gate::Gate;
use crate::guard::guard;
use crate::host::Host;
use crate::outbox::{Outbox, Values};
use crate::tables::get_extension;

/// One plugin behind the guard. The host holds a pointer to `table`.
pub(crate) struct Guarded {
    table: clap_plugin,
    pub(crate) inner: *const clap_plugin,
    pub(crate) host: Box<Host>,
    /// Written once, in `init`, before any other call is let through.
    extensions: UnsafeCell<Extensions>,
    pub(crate) audio: Gate<Audio>,
    /// The latency that was last told, in frames.
    pub(crate) latency: AtomicU32,
}

impl Guarded {
    /// # Safety
    /// CLAP plugin-factory.h, `create_plugin`: `host` outlives the plugin, `id` is NUL-terminated.
    pub(crate) unsafe fn create(
        factory: &clap_plugin_factory,
        host: *const clap_host,
        id: *const c_char,
    ) -> Option<*const clap_plugin> {
        // SAFETY: this function's contract.
        let host = unsafe { Host::new(host)? };
        let role = host.threads.enter_main()?;
        // SAFETY: this function's contract; the guard's host lives as long as the plugin.
        let inner = unsafe { (factory.create_plugin?)(factory, host.raw(), id) };
        drop(role);
        // SAFETY: CLAP plugin-factory.h: null or a valid plugin.
        let desc = unsafe { inner.as_ref()? }.desc;
        let table = clap_plugin {
            desc,
            plugin_data: ptr::null_mut(),
            init: Some(init),
            destroy: Some(destroy),
            activate: Some(activate),
            deactivate: Some(deactivate),
            start_processing: Some(start_processing),
            stop_processing: Some(stop_processing),
            reset: Some(reset),
            process: Some(process),
            get_extension: Some(get_extension),
            on_main_thread: Some(on_main_thread),
        };
        let audio = Audio {
            active: false,
            processing: false,
            max_frames: 0,
            outbox: Outbox::new(Vec::new()),
            kept: Values(Vec::new()),
        };
        let extensions = UnsafeCell::new(Extensions::default());
        let guarded = Box::leak(Box::new(Self {
            table,
            inner,
            host,
            extensions,
            audio: Gate::new(audio),
            latency: AtomicU32::new(0),
        }));
        guarded.table.plugin_data = (&raw mut *guarded).cast();
        Some(&raw const guarded.table)
    }

    pub(crate) fn extensions(&self) -> &Extensions {
        // SAFETY: written in `init` only, which CLAP calls once, before anything else.
        unsafe { &*self.extensions.get() }
    }

    pub(crate) fn inner(&self) -> Option<&clap_plugin> {
        // SAFETY: CLAP plugin-factory.h: valid until destroy.
        unsafe { self.inner.as_ref() }
    }

    /// Runs a main-thread call that does not touch the editor, on any thread that gets the main role.
    pub(crate) fn main<T>(&self, call: impl FnOnce() -> Option<T>) -> Option<T> {
        let _role = self.host.threads.enter_main()?;
        call()
    }

    /// Runs a main-thread call that may touch the editor: on the editor's thread only, once there is one.
    pub(crate) fn editor<T>(&self, call: impl FnOnce() -> Option<T>) -> Option<T> {
        let _role = self.host.threads.enter_editor()?;
        call()
    }

    /// Runs a call that any thread may make.
    #[expect(clippy::unused_self, reason = "one of three ways that the tables choose from")]
    pub(crate) fn any<T>(&self, call: impl FnOnce() -> Option<T>) -> Option<T> {
        call()
    }

    /// Destroys the editor, if there is one; on its own thread.
    pub(crate) fn close_editor(&self) -> Option<()> {
        let open = self.host.threads.has_editor();
        open.then(|| self.extensions().destroy_gui(self.inner))??;
        self.host.threads.release_editor();
        Some(())
    }

    pub(crate) fn is_active(&self) -> bool {
        self.host.active.load(Ordering::Acquire)
    }

    fn start(&self, audio: &mut Audio) -> bool {
        if !audio.active {
            return false;
        }
        if !audio.processing {
            self.settle(audio);
            let _role = self.host.threads.enter_audio();
            // SAFETY: CLAP plugin.h, start_processing: active, not processing, alone.
            let started = self
                .inner()
                .and_then(|inner| inner.start_processing)
                .map(|start| unsafe { start(self.inner) });
            audio.processing = started.unwrap_or(true);
        }
        audio.processing
    }

    fn stop(&self, audio: &mut Audio) {
        if std::mem::take(&mut audio.processing) {
            let _role = self.host.threads.enter_audio();
            if let Some(stop) = self.inner().and_then(|inner| inner.stop_processing) {
                // SAFETY: CLAP plugin.h, stop_processing: processing, alone.
                unsafe { stop(self.inner) };
            }
        }
    }

    fn deactivate(&self, audio: &mut Audio) -> Option<()> {
        self.stop(audio);
        if !audio.active {
            return Some(());
        }
        // SAFETY: CLAP plugin.h, deactivate: active, not processing, in the main role.
        self.main(|| Some(unsafe { (self.inner()?.deactivate?)(self.inner) }))?;
        audio.active = false;
        self.host.active.store(false, Ordering::Release);
        Some(())
    }

    /// # Safety
    /// CLAP plugin.h, `process`: a valid block or null.
    unsafe fn process(&self, block: *const clap_process) -> Option<i32> {
        let mut audio = self.audio.enter_audio()?;
        // SAFETY: this function's contract.
        let block = unsafe { block.as_ref()? };
        // SAFETY: this function's contract.
        let sound = unsafe {
            sound_buses(block.audio_inputs, block.audio_inputs_count)
                && sound_buses(block.audio_outputs, block.audio_outputs_count)
        };
        if !audio.processing || block.frames_count > audio.max_frames || !sound {
            return None;
        }
        // SAFETY: this function's contract.
        if let Some(out) = unsafe { block.out_events.as_ref() } {
            audio.outbox.emit(out);
        }
        self.host.flush.store(false, Ordering::Release);
        let _role = self.host.threads.enter_audio();
        // SAFETY: CLAP plugin.h, process: processing, alone, with the host's block.
        Some(unsafe { (self.inner()?.process?)(self.inner, block) })
    }
}

/// Whether all 32-bit channels are there; a plugin may take a null one for granted.
///
/// # Safety
/// CLAP process.h: null or `count` buffers, whose channel arrays are null or complete.
unsafe fn sound_buses(buses: *const clap_audio_buffer, count: u32) -> bool {
    if buses.is_null() {
        return count == 0;
    }
    (0..count as usize).all(|i| {
        // SAFETY: this function's contract.
        let bus = unsafe { &*buses.add(i) };
        let channels = 0..bus.channel_count as usize;
        // SAFETY: this function's contract.
        bus.channel_count == 0
            || !bus.data32.is_null()
                && channels.into_iter().all(|c| unsafe { !(*bus.data32.add(c)).is_null() })
    })
}

/// Runs a table's function on the guarded plugin.
pub(crate) fn on<T>(plugin: *const clap_plugin, otherwise: T, f: impl FnOnce(&Guarded) -> Option<T>) -> T {
    guard(otherwise, || {
        // SAFETY: CLAP plugin.h: the host passes back the plugin it was given, before destroy.
        f(unsafe { plugin.as_ref()?.plugin_data.cast::<Guarded>().as_ref()? })
    })
}

unsafe extern "C" fn init(plugin: *const clap_plugin) -> bool {
    on(plugin, false, |guarded| {
        guarded.host.fetch_extensions();
        guarded.main(|| {
            // SAFETY: CLAP plugin.h, init: the first call, on the main thread.
            let ready = unsafe { (guarded.inner()?.init?)(guarded.inner) };
            if ready {
                let extensions = Extensions::of(guarded.inner()?);
                let ids = extensions.param_ids(guarded.inner);
                // SAFETY: no other call is let through before `init` has returned.
                unsafe { *guarded.extensions.get() = extensions };
                guarded.audio.enter_main()?.outbox = Outbox::new(ids);
            }
            Some(ready)
        })
    })
}

/// The last call. With the editor on another thread the plugin cannot be destroyed: it is left alive rather than crashed.
unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    let done = on(plugin, false, |guarded| {
        let mut audio = guarded.audio.enter_main()?;
        guarded.deactivate(&mut audio)?;
        drop(audio);
        guarded.editor(|| {
            guarded.close_editor();
            // SAFETY: CLAP plugin.h, destroy: the last call.
            unsafe { (guarded.inner()?.destroy?)(guarded.inner) };
            Some(true)
        })
    });
    if done {
        // SAFETY: leaked by `Guarded::create`; nothing of the plugin is left to call the guard's host.
        guard((), || Some(drop(unsafe { Box::from_raw((*plugin).plugin_data.cast::<Guarded>()) })));
    }
}

unsafe extern "C" fn activate(plugin: *const clap_plugin, rate: f64, min: u32, max: u32) -> bool {
    on(plugin, false, |guarded| {
        let mut audio = guarded.audio.enter_main()?;
        let sound = rate.is_finite() && rate > 0.0 && min <= max && max > 0;
        if audio.active || !sound {
            return None;
        }
        guarded.host.active.store(true, Ordering::Release);
        // SAFETY: CLAP plugin.h, activate: inactive, in the main role, alone.
        let activated = guarded
            .main(|| Some(unsafe { (guarded.inner()?.activate?)(guarded.inner, rate, min.max(1), max) }));
        audio.active = activated.unwrap_or(false);
        guarded.host.active.store(audio.active, Ordering::Release);
        audio.max_frames = max;
        Some(audio.active)
    })
}

unsafe extern "C" fn deactivate(plugin: *const clap_plugin) {
    on(plugin, (), |guarded| guarded.deactivate(&mut *guarded.audio.enter_main()?));
}

unsafe extern "C" fn start_processing(plugin: *const clap_plugin) -> bool {
    on(plugin, false, |guarded| Some(guarded.start(&mut *guarded.audio.enter_audio()?)))
}

unsafe extern "C" fn stop_processing(plugin: *const clap_plugin) {
    on(plugin, (), |guarded| Some(guarded.stop(&mut *guarded.audio.enter_audio()?)));
}

unsafe extern "C" fn reset(plugin: *const clap_plugin) {
    on(plugin, (), |guarded| {
        let audio = guarded.audio.enter_audio()?;
        let _role = guarded.host.threads.enter_audio();
        // SAFETY: CLAP plugin.h, reset: active, alone.
        audio.active.then(|| unsafe { Some((guarded.inner()?.reset?)(guarded.inner)) })?
    });
}

unsafe extern "C" fn process(plugin: *const clap_plugin, block: *const clap_process) -> i32 {
    // SAFETY: CLAP plugin.h, process: the host's own promise, passed on.
    on(plugin, CLAP_PROCESS_ERROR, |guarded| unsafe { guarded.process(block) })
}

unsafe extern "C" fn on_main_thread(plugin: *const clap_plugin) {
    on(plugin, (), |guarded| {
        guarded.host.callback_came();
        // Blocks that flow carry the editor's changes themselves.
        if let Some(mut audio) = guarded.audio.try_enter()
            && !audio.processing
        {
            guarded.settle(&mut audio);
        }
        // SAFETY: CLAP plugin.h, on_main_thread: on the editor's thread, in the main role.
        guarded.editor(|| unsafe { Some((guarded.inner()?.on_main_thread?)(guarded.inner)) })
    });
}
