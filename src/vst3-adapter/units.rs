//! CLAP's module paths as VST3's unit tree.

use std::collections::HashMap;

use vst3::Steinberg::Vst::{
    BusDirection, CString, IUnitInfoTrait, MediaType, ProgramListID, ProgramListInfo, String128, UnitID,
    UnitInfo, kNoParentUnitId, kNoProgramListId, kRootUnitId,
};
use vst3::Steinberg::{
    IBStream, int16, int32, kInternalError, kInvalidArgument, kNotImplemented, kResultFalse, kResultOk,
    tresult,
};

use crate::component::Component;
use crate::guard::guard;
use crate::params::Param;
use crate::strings::put_utf16;

/// The units of a plugin, found once.
pub(crate) struct Units {
    /// The paths that are units, each after its parent: "a" before "a/b". The unit of the n-th has id n + 1.
    paths: Vec<String>,
    /// The unit of each parameter, the root for one without a module.
    of: Vec<UnitID>,
}

impl Units {
    pub(crate) fn new(params: &[Param]) -> Self {
        let (mut paths, mut ids) = (Vec::new(), HashMap::new());
        let mut of = Vec::with_capacity(params.len());
        for param in params {
            let module = param.module.trim_matches('/');
            let ends = module.match_indices('/').map(|(at, _)| at).chain([module.len()]);
            let mut unit = kRootUnitId;
            for end in ends.filter(|end| *end > 0) {
                unit = *ids.entry(&module[..end]).or_insert_with(|| {
                    paths.push(module[..end].to_owned());
                    paths.len() as UnitID
                });
            }
            of.push(unit);
        }
        Self { paths, of }
    }

    /// The unit of a parameter, by its place in the table.
    pub(crate) fn of(&self, param: usize) -> UnitID {
        self.of.get(param).copied().unwrap_or(kRootUnitId)
    }

    fn id_of(&self, path: &str) -> UnitID {
        self.paths.iter().position(|known| known == path).map_or(kRootUnitId, |at| at as UnitID + 1)
    }
}

impl IUnitInfoTrait for Component {
    unsafe fn getUnitCount(&self) -> int32 {
        self.with(1, |instance| instance.units.paths.len() as i32 + 1)
    }

    unsafe fn getUnitInfo(&self, index: int32, info: *mut UnitInfo) -> tresult {
        self.on(|instance| {
            // SAFETY: VST3 ivstunits.h, getUnitInfo: null or a place for the answer.
            let Some(info) = (unsafe { info.as_mut() }) else { return kInvalidArgument };
            info.id = index;
            info.programListId = kNoProgramListId;
            if index == kRootUnitId {
                info.parentUnitId = kNoParentUnitId;
                put_utf16("Root", &mut info.name);
                return kResultOk;
            }
            let units = &instance.units;
            let path = usize::try_from(index).ok().and_then(|i| units.paths.get(i.checked_sub(1)?));
            let Some(path) = path else { return kInvalidArgument };
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
            info.parentUnitId = units.id_of(parent);
            put_utf16(name, &mut info.name);
            kResultOk
        })
    }

    unsafe fn getProgramListCount(&self) -> int32 {
        guard(0, || 0)
    }

    unsafe fn getProgramListInfo(&self, _: int32, _: *mut ProgramListInfo) -> tresult {
        guard(kInternalError, || kInvalidArgument)
    }

    unsafe fn getProgramName(&self, _: ProgramListID, _: int32, _: *mut String128) -> tresult {
        guard(kInternalError, || kInvalidArgument)
    }

    unsafe fn getProgramInfo(&self, _: ProgramListID, _: int32, _: CString, _: *mut String128) -> tresult {
        guard(kInternalError, || kInvalidArgument)
    }

    unsafe fn hasProgramPitchNames(&self, _: ProgramListID, _: int32) -> tresult {
        guard(kInternalError, || kResultFalse)
    }

    unsafe fn getProgramPitchName(&self, _: ProgramListID, _: int32, _: int16, _: *mut String128) -> tresult {
        guard(kInternalError, || kInvalidArgument)
    }

    unsafe fn getSelectedUnit(&self) -> UnitID {
        self.with(kRootUnitId, |instance| instance.selected_unit())
    }

    unsafe fn selectUnit(&self, unit: UnitID) -> tresult {
        self.on(|instance| {
            instance.select_unit(unit);
            kResultOk
        })
    }

    unsafe fn getUnitByBus(
        &self,
        _: MediaType,
        _: BusDirection,
        _: int32,
        _: int32,
        unit: *mut UnitID,
    ) -> tresult {
        guard(kInternalError, || {
            // SAFETY: VST3 ivstunits.h, getUnitByBus: null or a place for the answer.
            let Some(unit) = (unsafe { unit.as_mut() }) else { return kInvalidArgument };
            *unit = kRootUnitId;
            kResultOk
        })
    }

    unsafe fn setUnitProgramData(&self, _: int32, _: int32, _: *mut IBStream) -> tresult {
        guard(kInternalError, || kNotImplemented)
    }
}
