// aftercare/aftercare.hpp — everything, and the map of it.
//
//   auto rules  = aftercare::check("rules/appliance/installer_liabilities", …);   // rulebook.hpp
//   auto engine = aftercare::Engine::open(*rules, aftercare::memory_store());     // engine.hpp, store.hpp
//   engine->send(…); engine->due(now); engine->next(…); engine->history(…);       // event.hpp, case.hpp, trace.hpp
//   auto done   = aftercare::replay(*rules, *read_log("tickets.csv", *rules));    // replay.hpp
//
// From small to large: result, source, diagnostic (errors and findings) · value, type, time, calendar
// (what is computed with) · expression (FEEL alone) · rulebook (packs) · directory, registers (what the
// host knows) · event, case, trace, store, engine (cases) · replay (logs). rt/ is header-only arithmetic that needs nothing else.
#pragma once

#include "aftercare/batch.hpp"
#include "aftercare/calendar.hpp"
#include "aftercare/calendar_file.hpp"
#include "aftercare/case.hpp"
#include "aftercare/diagnostic.hpp"
#include "aftercare/directory.hpp"
#include "aftercare/engine.hpp"
#include "aftercare/event.hpp"
#include "aftercare/expression.hpp"
#include "aftercare/registers.hpp"
#include "aftercare/replay.hpp"
#include "aftercare/result.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/source.hpp"
#include "aftercare/store.hpp"
#include "aftercare/time.hpp"
#include "aftercare/trace.hpp"
#include "aftercare/type.hpp"
#include "aftercare/unknown.hpp"
#include "aftercare/value.hpp"
#include "aftercare/version.hpp"
