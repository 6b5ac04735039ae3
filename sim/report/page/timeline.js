// Draws each case of a run.
(function () {
  'use strict';
  var kLane = understudyLanes.lane, seconds = understudyLanes.seconds, span = understudyLanes.span, hue = understudyLanes.hue;
  var segments = understudyLanes.segments, nearest = understudyLanes.nearest;
  var kParts = ['detect', 'elect', 'announce', 'relearn', 'probe'];

  function draw(box, data) {
    var lanes = [];
    if (data.faults.length) lanes.push({ kind: 'faults', label: 'faults', height: kLane });
    data.routers.forEach(function (one) {
      lanes.push({ kind: 'router', label: data.hosts[one.host], sub: one.instance, data: one, height: kLane + 10 });
    });
    data.beliefs.forEach(function (one) {
      lanes.push({ kind: 'belief', label: data.hosts[one.host] + ' believes', sub: one.address, data: one, height: kLane - 4 });
    });
    data.probes.forEach(function (one) {
      lanes.push({ kind: 'probe', label: 'probe ' + one.name, sub: one.answered + ' of ' + one.sent, data: one, height: kLane - 4 });
      if (one.blackouts.length) lanes.push({ kind: 'blackout', label: 'blackouts', sub: one.name, data: one, height: kLane - 6 });
    });

    var painters = {
      faults: function (brush, group, lane, x) {
        var list = data.faults.map(function (one) { return { from: one.t, to: one.end === null ? one.t : one.end, text: one.text }; });
        brush.bars(group, list.filter(function (one) { return one.to > one.from; }), x, function () { return 'fault-span'; }, 0, lane.height);
        brush.ticks(group, data.faults.map(function (one) { return [one.t]; }), x, 'fault-mark', function () { return ''; }, 0, lane.height);
        var texts = group.selectAll('text.fault-text').data(list.filter(function (one, i) {
          var next = list[i + 1];
          return x(one.from) > -2 && x(one.from) < brush.width && (!next || x(next.from) - x(one.from) > 6.3 * one.text.length);
        }));
        texts.enter().append('text').merge(texts).attr('class', 'fault-text').attr('y', lane.height / 2 + 4)
          .attr('text-anchor', function (one) { return x(one.from) + 6.3 * one.text.length > brush.width ? 'end' : 'start'; })
          .attr('x', function (one) { return x(one.from) + (x(one.from) + 6.3 * one.text.length > brush.width ? -5 : 5); })
          .text(function (one) { return one.text; });
        texts.exit().remove();
      },
      router: function (brush, group, lane, x) {
        var list = segments(lane.data.states, data.duration).filter(function (one) { return one.value; });
        brush.bars(group, list, x, function (one) { return 'state-' + one.value; }, 0, kLane);
        brush.captions(group, list, x, function (one) { return 'on-' + one.value; }, function (one) { return one.value; }, 17);
        brush.ticks(group, lane.data.adverts, x, 'advert', function (one) { return one[1] === 0 ? 'resigns' : ''; }, kLane, lane.height);
        brush.marks(group, lane.data.announcements, x, 'announcement', 'M-4.5,4.5L4.5,4.5L0,-4.5Z', kLane + 4);
        brush.marks(group, lane.data.happenings, x, 'happening', 'M0,-5L5,0L0,5L-5,0Z', kLane - 4);
      },
      belief: function (brush, group, lane, x) {
        var list = segments(lane.data.changes, data.duration).filter(function (one) { return one.value !== null; });
        brush.bars(group, list, x, function () { return 'belief'; }, 0, lane.height).style('fill', function (one) { return hue(one.value); });
        brush.captions(group, list, x, function () { return 'on-host'; }, function (one) {
          return one.value < 0 ? '' : data.hosts[one.value];
        }, lane.height / 2 + 4);
      },
      probe: function (brush, group, lane, x) {
        var one = lane.data, list = [], at = one.start;
        one.blackouts.forEach(function (blackout) {
          if (blackout.start > at) list.push({ from: at, to: blackout.start, value: 'answered' });
          list.push({ from: blackout.start, to: blackout.end, value: 'lost' });
          at = blackout.end;
        });
        if (one.sent && at < data.duration) list.push({ from: at, to: data.duration, value: 'answered' });
        brush.bars(group, list, x, function (part) { return part.value; }, 0, lane.height);
        // Requests one by one, where they can be told apart.
        var requests = [], step = x(one.every) - x(0);
        if (step > 4) {
          var first = Math.max(0, Math.ceil((x.invert(0) - one.start) / one.every));
          for (var i = first; i < first + brush.width / step + 1 && one.start + i * one.every < data.duration; ++i)
            requests.push([one.start + i * one.every]);
        }
        brush.ticks(group, requests, x, 'request', function () { return ''; }, 0, lane.height);
      },
      blackout: function (brush, group, lane, x) {
        var list = [];
        lane.data.blackouts.forEach(function (blackout) {
          var at = blackout.start;
          blackout.parts.forEach(function (part, i) {
            if (part > 0) list.push({ from: at, to: at + part, part: i, of: blackout });
            at += part;
          });
        });
        brush.bars(group, list, x, function () { return 'part'; }, 0, lane.height).style('fill', function (one) { return 'var(--p' + one.part + ')'; });
        brush.captions(group, list, x, function () { return 'on-host'; }, function (one) { return kParts[one.part] + ' ' + span(one.to - one.from); },
          lane.height / 2 + 4);
      }
    };

    function holding(changes, t) {
      return segments(changes, data.duration + 1).filter(function (one) { return one.from <= t && t < one.to; })[0];
    }
    var askers = {
      faults: function (lane, t, reach) {
        return data.faults.filter(function (one) { return Math.abs(one.t - t) <= reach || (one.end !== null && one.t <= t && t <= one.end); })
          .map(function (one) { return seconds(one.t) + '  ' + one.text + (one.end === null ? '' : ', until ' + seconds(one.end)); });
      },
      router: function (lane, t, reach) {
        var now = holding(lane.data.states, t), lines = [];
        lines.push(now && now.value ? now.value + ' since ' + seconds(now.from) + (now.text ? ': ' + now.text : '') : 'no daemon');
        ['happenings', 'announcements'].forEach(function (name) {
          var one = nearest(lane.data[name], t, reach);
          if (one) lines.push(seconds(one[0]) + '  ' + one[1]);
        });
        var advert = nearest(lane.data.adverts, t, reach);
        if (advert) lines.push(seconds(advert[0]) + '  advert, priority ' + advert[1] + (advert[2] ? ' (frame ' + advert[2] + ')' : ''));
        return lines;
      },
      belief: function (lane, t) {
        var now = holding(lane.data.changes, t);
        return [now ? seconds(now.from) + '  ' + now.text : 'no entry'];
      },
      probe: function (lane, t) {
        var dark = lane.data.blackouts.filter(function (one) { return one.start <= t && t < one.end; })[0];
        if (dark) return ['no answer for ' + span(dark.end - dark.start), 'from ' + seconds(dark.start) + ' to ' + seconds(dark.end)];
        return [t < lane.data.start ? 'not asking yet' : 'answered; asks every ' + span(lane.data.every)];
      },
      blackout: function (lane, t) {
        var dark = lane.data.blackouts.filter(function (one) { return one.start <= t && t < one.end; })[0];
        if (!dark) return [];
        return [span(dark.end - dark.start) + ' without an answer'].concat(dark.parts.map(function (part, i) { return kParts[i] + ' ' + span(part); }));
      }
    };

    var buttons = [['whole run', 0, data.duration]], worst = null, dark = [];
    data.probes.forEach(function (one) {
      one.blackouts.forEach(function (b) {
        dark.push({ from: b.start, to: b.end });
        if (!worst || b.end - b.start > worst.end - worst.start) worst = b;
      });
    });
    if (worst) {
      var room = Math.max((worst.end - worst.start) * 0.25, 1e-3);
      buttons.push(['longest blackout', Math.max(0, worst.start - room), Math.min(data.duration, worst.end + room)]);
    }
    understudyLanes.draw(box, {
      name: data.name, index: data.index, duration: data.duration, lanes: lanes, painters: painters, askers: askers, buttons: buttons,
      under: function (brush, group, x, top, height) {
        brush.bars(group, dark, x, function () { return 'blackout-band'; }, top - 6, height - top + 6);
      },
      over: function (brush, group, x, top, height) {
        brush.ticks(group, data.faults.map(function (one) { return [one.t]; }), x, 'fault-line', function () { return ''; }, top, height);
      },
      keys: [['MASTER', 'var(--master)'], ['BACKUP', 'var(--backup)'], ['INIT', 'var(--init)'], ['FAULT', 'var(--fault)']],
      note: '│ advert · ▲ announcement · ◆ something else happened'
    });
  }

  JSON.parse(document.getElementById('data').textContent).forEach(function (data, index) {
    data.index = index;
    draw(document.getElementById(data.at), data);
  });
}());
