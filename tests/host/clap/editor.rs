//! An editor in an X11 window.

use clack_extensions::gui::{
    GuiApiType, GuiConfiguration, GuiError, GuiSize, HostGuiImpl, PluginGui, Window,
};

use super::{ClapHost, Shared};
use crate::{Editor, HostError};

/// Embedded, on X11.
const X11: GuiConfiguration<'static> = GuiConfiguration { api_type: GuiApiType::X11, is_floating: false };

/// Any size is granted: the windows of this host are large. None of these may come while no editor is open.
impl HostGuiImpl for Shared {
    fn resize_hints_changed(&self) {}

    fn request_resize(&self, _: GuiSize) -> Result<(), clack_host::prelude::HostError> {
        Ok(())
    }

    fn request_show(&self) -> Result<(), clack_host::prelude::HostError> {
        Ok(())
    }

    fn request_hide(&self) -> Result<(), clack_host::prelude::HostError> {
        Ok(())
    }

    fn closed(&self, _: bool) {}
}

fn refused(what: &str) -> impl Fn(GuiError) -> HostError + '_ {
    move |error| HostError(format!("the CLAP plugin's editor {what}: {error}"))
}

impl ClapHost {
    fn gui(&mut self) -> Result<PluginGui, HostError> {
        let gui = self.instance.plugin_handle().get_extension();
        gui.ok_or_else(|| HostError("the CLAP plugin has no editor".to_owned()))
    }
}

impl Editor for ClapHost {
    fn open_editor(&mut self, parent: u32) -> Result<(), HostError> {
        let gui = self.gui()?;
        let plugin = self.instance.plugin_handle();
        if !gui.is_api_supported(&plugin, X11) {
            return Err(HostError("the CLAP plugin's editor does not know X11".to_owned()));
        }
        gui.create(&plugin, X11).map_err(refused("was not created"))?;
        self.shown = true;
        // SAFETY: CLAP gui.h, set_parent: a window that the caller keeps until the editor is closed
        unsafe { gui.set_parent(&plugin, Window::from_x11_handle(parent.into())) }
            .map_err(refused("was not embedded"))?;
        gui.show(&plugin).map_err(refused("was not shown"))
    }

    fn editor_size(&mut self) -> Result<(u32, u32), HostError> {
        let gui = self.gui()?;
        let size = gui.get_size(&self.instance.plugin_handle());
        let size = size.ok_or_else(|| HostError("the CLAP plugin's editor has no size".to_owned()))?;
        Ok((size.width, size.height))
    }

    fn resize_editor(&mut self, width: u32, height: u32) -> Result<(), HostError> {
        let gui = self.gui()?;
        let plugin = self.instance.plugin_handle();
        let wanted = GuiSize { width, height };
        let size = gui.adjust_size(&plugin, wanted).unwrap_or(wanted);
        gui.set_size(&plugin, size).map_err(refused("was not resized"))
    }

    fn close_editor(&mut self) -> Result<(), HostError> {
        if std::mem::take(&mut self.shown) {
            let gui = self.gui()?;
            gui.destroy(&self.instance.plugin_handle());
        }
        Ok(())
    }

    fn turn(&mut self) {
        self.serve();
    }
}
