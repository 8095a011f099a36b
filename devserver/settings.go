package main

import (
	"time"

	"go.temporal.io/server/common/dynamicconfig"
)

// settings is the server's dynamic configuration.
func settings(timeSkipping bool) dynamicconfig.StaticClient {
	s := dynamicconfig.StaticClient{
		// The default, 128,000 entries, is for a host that does nothing else.
		dynamicconfig.HistoryCacheHostLevelMaxSize.Key(): 8096,
		// Ten list calls a second, the default, is soon reached by a console, the Web UI and a test that polls.
		dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): 100,
	}
	if timeSkipping {
		for key, value := range timeSkippingSettings {
			s[key] = value
		}
	}
	return s
}

// timeSkippingSettings let a client start workflows whose time is skipped (TimeSkippingConfig in the start request) and make
// it fast and exact. They belong together, and on one process only.
var timeSkippingSettings = dynamicconfig.StaticClient{
	// Without it a start that carries the configuration is refused.
	dynamicconfig.WorkflowTimeSkippingEnabled.Key(): true,
	// The count of skips is carried across continue-as-new; when it is used up, the workflow quietly waits in real time.
	dynamicconfig.WorkflowTimeSkippingMaxSkipPerSession.Key(): 2000,
	// Each skip is a timer task, and none is written earlier than now + this; the default second guards against clocks that
	// differ between hosts.
	dynamicconfig.TimerProcessorMaxTimeShift.Key(): time.Millisecond,
	dynamicconfig.TimerProcessorMaxPollRPS.Key():   1000,
	// A task that was written is handed on at the next poll: 20 a second by default, which would be most of a step.
	dynamicconfig.TransferProcessorMaxPollRPS.Key(): 1000,
	// With the default second, a run that took less gets a back-off when it continues as new, and the skip of the back-off
	// counts the time that was skipped before once more. TestTimeSkippingKeepsTheDays without it: phases that should begin on
	// days 20, 35, 50, 65, 80, 95 and 110 begin on days 20, 70, 85, 200, 215, 460 and 475.
	dynamicconfig.WorkflowIdReuseMinimalInterval.Key(): time.Duration(0),
}
