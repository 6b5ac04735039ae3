// Draws each virtual router of a capture: who was master, lane by lane, and what is wrong.
(function () {
  'use strict';
  var kLane = understudyLanes.lane, seconds = understudyLanes.seconds, span = understudyLanes.span, hue = understudyLanes.hue;
  var nearest = understudyLanes.nearest;
  var kEnds = { resigned: 'it resigned', silent: 'it fell silent', outbid: 'it was outbid', lasting: 'the capture ends' };

  // Stretches with the same masters: {from, to, masters: [indices]}, where there are any.
  function stretches(speakers) {
    var edges = [], masters = [], list = [];
    speakers.forEach(function (one, i) {
      one.reigns.forEach(function (reign) { if (reign[1] > reign[0]) edges.push([reign[0], 1, i], [reign[1], 0, i]); });
    });
    edges.sort(function (a, b) { return a[0] - b[0] || a[1] - b[1]; });
    edges.forEach(function (edge, i) {
      if (i && masters.length && edge[0] > edges[i - 1][0]) list.push({ from: edges[i - 1][0], to: edge[0], masters: masters.slice() });
      if (edge[1]) masters.push(edge[2]);
      else masters.splice(masters.indexOf(edge[2]), 1);
    });
    return list;
  }

  function draw(box, data) {
    var floor = stretches(data.speakers), names = data.speakers.map(function (one) { return one.source; });
    var dual = floor.filter(function (one) { return one.masters.length > 1; });
    var lanes = [{ kind: 'floor', label: 'master', sub: dual.length ? 'red: more than one' : '', height: kLane - 4 }];
    if (data.findings.length) lanes.push({ kind: 'findings', label: 'findings', height: kLane - 4 });
    data.speakers.forEach(function (one, i) {
      lanes.push({ kind: 'speaker', label: one.source, sub: one.about, data: one, index: i, height: kLane + 10 });
    });
    data.findings.forEach(function (one) { one[0] = one.t; one.kind = one.severity; });
    data.speakers.forEach(function (one) { one.announcements.sort(function (a, b) { return a[0] - b[0]; }); });

    function reigns(one) {
      return one.reigns.map(function (reign) { return { from: reign[0], to: reign[1], end: reign[2] }; });
    }
    var painters = {
      floor: function (brush, group, lane, x) {
        brush.bars(group, floor, x, function (one) { return one.masters.length > 1 ? 'lost' : 'floor'; }, 0, lane.height)
          .style('fill', function (one) { return one.masters.length > 1 ? null : hue(one.masters[0]); });
        brush.captions(group, floor, x, function () { return 'on-host'; }, function (one) {
          return one.masters.length > 1 ? one.masters.length + ' masters' : names[one.masters[0]];
        }, lane.height / 2 + 4);
      },
      findings: function (brush, group, lane, x) {
        var lasting = data.findings.filter(function (one) { return one.until > one.t; })
          .map(function (one) { return { from: one.t, to: one.until, severity: one.severity }; });
        brush.bars(group, lasting, x, function (one) { return 'finding-span ' + one.severity; }, lane.height / 2 - 3, 6);
        brush.marks(group, data.findings, x, 'finding', 'M0,-5L5,0L0,5L-5,0Z', lane.height / 2);
      },
      speaker: function (brush, group, lane, x) {
        var list = reigns(lane.data);
        brush.bars(group, list, x, function () { return 'state-MASTER'; }, 0, kLane);
        brush.captions(group, list, x, function () { return 'on-MASTER'; }, function () { return 'MASTER'; }, 17);
        brush.ticks(group, lane.data.adverts, x, 'advert', function (one) { return one[2] === 0 ? 'resigns' : ''; }, kLane, lane.height);
        brush.marks(group, lane.data.announcements, x, 'announcement', 'M-4.5,4.5L4.5,4.5L0,-4.5Z', kLane + 4);
        brush.marks(group, lane.data.settings, x, 'happening', 'M0,-5L5,0L0,5L-5,0Z', kLane - 4);
        brush.marks(group, data.findings.filter(function (one) { return one.speaker === lane.index; }), x, 'finding',
          'M0,-4L4,0L0,4L-4,0Z', 5);
      }
    };

    function told(one) {
      return seconds(one.t) + '  ' + one.code + ': ' + one.text + (one.until > one.t ? ', until ' + seconds(one.until) : '');
    }
    function changesAt(t, reach) {
      return data.changes.filter(function (one) { return Math.abs(one[0] - t) <= reach; }).slice(0, 3)
        .map(function (one) { return seconds(one[0]) + '  ' + one[1]; });
    }
    var askers = {
      floor: function (lane, t, reach) {
        var now = floor.filter(function (one) { return one.from <= t && t < one.to; })[0];
        var who = now ? now.masters.map(function (one) { return names[one]; }).join(' and ') : 'nobody is master';
        return [who + (now ? ', ' + seconds(now.from) + ' to ' + seconds(now.to) : '')].concat(changesAt(t, reach));
      },
      findings: function (lane, t, reach) {
        return data.findings.filter(function (one) { return one.t - reach <= t && t <= one.until + reach; }).slice(0, 5).map(told);
      },
      speaker: function (lane, t, reach) {
        var now = reigns(lane.data).filter(function (one) { return one.from <= t && t <= one.to; })[0], lines = [];
        if (now) lines.push('MASTER from ' + seconds(now.from) + ' to ' + seconds(now.to) + ': ' + kEnds[now.end]);
        else lines.push('not master');
        ['settings', 'announcements'].forEach(function (name) {
          var one = nearest(lane.data[name], t, reach);
          if (one) lines.push(seconds(one[0]) + '  ' + one[1]);
        });
        data.findings.forEach(function (one) { if (one.speaker === lane.index && Math.abs(one.t - t) <= reach) lines.push(told(one)); });
        var advert = nearest(lane.data.adverts, t, reach);
        if (advert && advert[4] > 1) {
          lines.push(advert[4] + ' adverts within ' + span(advert[1] - advert[0]) + ' from ' + seconds(advert[0]) + ' (packet ' + advert[3] + '), priority ' + advert[2]);
        } else if (advert) {
          lines.push(seconds(advert[0]) + '  ' + (advert[2] === 0 ? 'resigns' : 'advert, priority ' + advert[2]) + ' (packet ' + advert[3] + ')');
        }
        return lines.concat(changesAt(t, reach));
      }
    };

    var buttons = [['whole capture', 0, data.duration]];
    function around(t) {
      var half = Math.min(data.window, data.duration) / 2, middle = Math.max(half, Math.min(t, data.duration - half));
      return [middle - half, middle + half];
    }
    var error = data.findings.filter(function (one) { return one.severity === 'error'; })[0];
    if (error) buttons.push(['first error'].concat(around(error.t)));
    return { around: around, show: understudyLanes.draw(box, {
      name: data.name, index: data.index, duration: data.duration, lanes: lanes, painters: painters, askers: askers, buttons: buttons,
      under: function (brush, group, x, top, height) {
        brush.bars(group, dual, x, function () { return 'blackout-band'; }, top - 6, height - top + 6);
      },
      over: function (brush, group, x, top, height) {
        brush.ticks(group, data.changes, x, 'fault-line', function () { return ''; }, top, height);
      },
      keys: [['master', 'var(--master)'], ['error', 'var(--fail)'], ['warning', 'var(--mark)']],
      note: '│ advert, red: resigns · ▲ announcement · ◆ finding, or a setting changed'
    }) };
  }

  var pictures = JSON.parse(document.getElementById('data').textContent).map(function (data, index) {
    data.index = index;
    return draw(document.getElementById(data.at), data);
  });
  // A row of a table shows its moment.
  document.addEventListener('click', function (event) {
    var row = event.target.closest('tr[data-t]');
    if (!row) return;
    var picture = pictures[+row.getAttribute('data-picture')], part = picture.around(+row.getAttribute('data-t'));
    picture.show(part[0], part[1]);
    document.getElementById('picture-' + row.getAttribute('data-picture')).scrollIntoView({ block: 'center' });
  });
}());
