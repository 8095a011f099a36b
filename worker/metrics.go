package main

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.temporal.io/sdk/client"

	"github.com/centogiorni/centogiorni/onboarding"
)

// meters are the worker's Prometheus metrics, the SDK's own among them. No label holds a contract, name or address.
type meters struct {
	registry *prometheus.Registry
	outcomes *prometheus.CounterVec
	vitals   *prometheus.GaugeVec
	alarms   *prometheus.GaugeVec

	mu  sync.Mutex
	sdk map[string]prometheus.Collector // by name and label names
}

func newMeters() *meters {
	m := &meters{
		registry: prometheus.NewRegistry(),
		outcomes: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "centogiorni_sends_total",
			Help: "Orders by channel and outcome: sent, dropped, deferred, unknown, shadow."}, []string{"channel", "outcome"}),
		vitals: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "centogiorni_vitals",
			Help: "What the alarms look at: unknown sends, overdue contracts, contracts without a promise, inbox lag in seconds."}, []string{"what"}),
		alarms: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "centogiorni_alarm",
			Help: "1 while an alarm is raised, by its code."}, []string{"code"}),
		sdk: map[string]prometheus.Collector{},
	}
	m.registry.MustRegister(m.outcomes, m.vitals, m.alarms, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *meters) count(c onboarding.Channel, outcome string) {
	m.outcomes.WithLabelValues(string(c), outcome).Inc()
}

// handler gives the SDK's metrics a home in the same registry. The SDK names its tags call by call; one collector
// stands for each name and set of tag names.
func (m *meters) handler() client.MetricsHandler { return sdkMetrics{meters: m} }

type sdkMetrics struct {
	meters *meters
	tags   map[string]string
}

func (h sdkMetrics) WithTags(tags map[string]string) client.MetricsHandler {
	all := maps.Clone(h.tags)
	if all == nil {
		all = map[string]string{}
	}
	for k, v := range tags {
		all[label(k)] = v
	}
	return sdkMetrics{h.meters, all}
}

// label makes a Prometheus label of an SDK tag's name.
func label(s string) string { return strings.NewReplacer("-", "_", ".", "_").Replace(s) }

func collector[T prometheus.Collector](h sdkMetrics, name string, build func(name string, labels []string) T) (T, []string) {
	labels := slices.Sorted(maps.Keys(h.tags))
	values := make([]string, len(labels))
	for i, l := range labels {
		values[i] = h.tags[l]
	}
	// Prometheus wants one set of labels a name: a second set gets a name of its own.
	key := name + "{" + strings.Join(labels, ",") + "}"
	h.meters.mu.Lock()
	defer h.meters.mu.Unlock()
	if c, ok := h.meters.sdk[key].(T); ok {
		return c, values
	}
	full := name
	for k := range h.meters.sdk {
		if strings.HasPrefix(k, name+"{") {
			full = name + "_by_" + strings.Join(labels, "_")
		}
	}
	c := build(full, labels)
	h.meters.sdk[key] = c
	_ = h.meters.registry.Register(c)
	return c, values
}

type counterFunc func(int64)

func (f counterFunc) Inc(d int64) { f(d) }

type gaugeFunc func(float64)

func (f gaugeFunc) Update(v float64) { f(v) }

type timerFunc func(time.Duration)

func (f timerFunc) Record(d time.Duration) { f(d) }

func (h sdkMetrics) Counter(name string) client.MetricsCounter {
	c, values := collector(h, label(name)+"_total", func(n string, labels []string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: n, Help: "Temporal SDK: " + name}, labels)
	})
	return counterFunc(func(d int64) { c.WithLabelValues(values...).Add(float64(d)) })
}

func (h sdkMetrics) Gauge(name string) client.MetricsGauge {
	c, values := collector(h, label(name), func(n string, labels []string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: n, Help: "Temporal SDK: " + name}, labels)
	})
	return gaugeFunc(func(v float64) { c.WithLabelValues(values...).Set(v) })
}

func (h sdkMetrics) Timer(name string) client.MetricsTimer {
	c, values := collector(h, label(name)+"_seconds", func(n string, labels []string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: n, Help: "Temporal SDK: " + name,
			Buckets: []float64{.005, .02, .1, .5, 1, 5, 30, 300}}, labels)
	})
	return timerFunc(func(d time.Duration) { c.WithLabelValues(values...).Observe(d.Seconds()) })
}

func (m *meters) vital(what string, v float64) { m.vitals.WithLabelValues(what).Set(v) }

func (m *meters) alarm(code string, v float64) { m.alarms.WithLabelValues(code).Set(v) }
