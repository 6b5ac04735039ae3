// Draws each case: lanes over one time axis, to be zoomed and asked.
(function () {
  'use strict';
  var kLabels = 178, kRight = 16, kLane = 26, kGap = 7, kAxis = 26, kHosts = 6;
  var kParts = ['detect', 'elect', 'announce', 'relearn', 'probe'];

  function seconds(t) { return t.toFixed(6).replace(/0{1,3}$/, '') + ' s'; }
  function span(t) {
    if (t >= 1) return +t.toFixed(6) + ' s';
    return t >= 1e-3 ? +(t * 1e3).toFixed(6) + ' ms' : +(t * 1e6).toFixed(3) + ' us';
  }
  function hostColour(index) { return index < 0 ? 'var(--init)' : 'var(--h' + (index % kHosts) + ')'; }

  // [[time, value, ...]] -> segments up to the end.
  function segments(changes, end) {
    return changes.map(function (change, i) {
      return { from: change[0], to: i + 1 < changes.length ? changes[i + 1][0] : end, value: change[1], text: change[2] };
    }).filter(function (one) { return one.to > one.from; });
  }

  // Of marks that would lie on one pixel the first is drawn.
  function thinned(list, x, at) {
    var last = -Infinity, width = x.range()[1];
    return list.filter(function (one) {
      var place = x(at(one));
      if (place < -2 || place > width + 2 || place - last < 1.2) return false;
      last = place;
      return true;
    });
  }

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
    var y = kAxis;
    lanes.forEach(function (lane) { lane.y = y; y += lane.height + kGap; });
    var height = y + 4, width = 0;

    var svg = d3.select(box).append('svg').attr('role', 'img').attr('height', height)
      .attr('aria-label', 'Timeline of ' + data.name);
    var clip = 'clip-' + data.index;
    svg.append('clipPath').attr('id', clip).append('rect').attr('x', 0).attr('y', 0).attr('height', height);
    var axis = svg.append('g').attr('class', 'axis');
    var grid = svg.append('g').attr('class', 'grid');
    var labels = svg.append('g');
    lanes.forEach(function (lane) {
      var middle = lane.y + lane.height / 2, cut = function (text) { return text.length > 24 ? text.slice(0, 23) + '…' : text; };
      labels.append('text').attr('class', 'label').attr('x', 4).attr('y', middle + (lane.sub ? -1 : 4)).text(cut(lane.label));
      if (lane.sub) labels.append('text').attr('class', 'sublabel').attr('x', 4).attr('y', middle + 12).text(cut(lane.sub));
    });
    var inner = svg.append('g').attr('transform', 'translate(' + kLabels + ',0)').attr('clip-path', 'url(#' + clip + ')');
    var bands = inner.append('g'), groups = inner.selectAll('g.lane').data(lanes).enter().append('g')
      .attr('class', function (lane) { return 'lane lane-' + lane.kind; })
      .attr('data-label', function (lane) { return lane.label; })
      .attr('transform', function (lane) { return 'translate(0,' + lane.y + ')'; });
    groups.append('rect').attr('class', 'lane-ground').attr('height', function (lane) { return lane.height; }).attr('rx', 3);
    var contents = groups.append('g');
    var over = inner.append('g');
    var hair = inner.append('line').attr('class', 'hair').attr('y1', kAxis - 4).attr('y2', height).style('display', 'none');
    var tip = d3.select(box).append('div').attr('class', 'tip');

    function bars(group, list, x, kind, top, tall) {
      list = list.filter(function (one) { return x(one.to) > -1 && x(one.from) < width + 1; });
      var rects = group.selectAll('rect.bar').data(list);
      rects = rects.enter().append('rect').merge(rects);
      rects.attr('class', function (one) { return 'bar ' + kind(one); }).attr('y', top).attr('height', tall)
        .attr('x', function (one) { return Math.max(x(one.from), -4); })
        .attr('width', function (one) { return Math.max(Math.min(x(one.to), width + 4) - Math.max(x(one.from), -4), 1); });
      group.selectAll('rect.bar').data(list).exit().remove();
      return rects;
    }
    function captions(group, list, x, type, text, base) {
      list = list.filter(function (one) {
        return text(one) && Math.min(x(one.to), width) - Math.max(x(one.from), 0) > 7 * text(one).length + 8;
      });
      var texts = group.selectAll('text.caption').data(list);
      texts.enter().append('text').merge(texts).attr('class', function (one) { return 'caption ' + type(one); })
        .attr('y', base).attr('x', function (one) { return Math.max(x(one.from), 0) + 6; }).text(text);
      texts.exit().remove();
    }
    function ticks(group, list, x, name, kind, y1, y2) {
      var lines = group.selectAll('line.' + name).data(thinned(list, x, function (one) { return one[0]; }));
      lines.enter().append('line').merge(lines).attr('class', function (one) { return name + ' ' + kind(one); })
        .attr('x1', function (one) { return x(one[0]); }).attr('x2', function (one) { return x(one[0]); })
        .attr('y1', y1).attr('y2', y2);
      lines.exit().remove();
    }
    function marks(group, list, x, name, symbol, middle) {
      var paths = group.selectAll('path.' + name).data(thinned(list, x, function (one) { return one[0]; }));
      paths.enter().append('path').merge(paths).attr('class', name).attr('d', symbol)
        .attr('transform', function (one) { return 'translate(' + x(one[0]) + ',' + middle + ')'; });
      paths.exit().remove();
    }

    var painters = {
      faults: function (group, lane, x) {
        var list = data.faults.map(function (one) { return { from: one.t, to: one.end === null ? one.t : one.end, text: one.text }; });
        bars(group, list.filter(function (one) { return one.to > one.from; }), x, function () { return 'fault-span'; }, 0, lane.height);
        ticks(group, data.faults.map(function (one) { return [one.t]; }), x, 'fault-mark', function () { return ''; }, 0, lane.height);
        var texts = group.selectAll('text.fault-text').data(list.filter(function (one, i) {
          var next = list[i + 1];
          return x(one.from) > -2 && x(one.from) < width && (!next || x(next.from) - x(one.from) > 6.3 * one.text.length);
        }));
        texts.enter().append('text').merge(texts).attr('class', 'fault-text').attr('y', lane.height / 2 + 4)
          .attr('text-anchor', function (one) { return x(one.from) + 6.3 * one.text.length > width ? 'end' : 'start'; })
          .attr('x', function (one) { return x(one.from) + (x(one.from) + 6.3 * one.text.length > width ? -5 : 5); })
          .text(function (one) { return one.text; });
        texts.exit().remove();
      },
      router: function (group, lane, x) {
        var list = segments(lane.data.states, data.duration).filter(function (one) { return one.value; });
        bars(group, list, x, function (one) { return 'state-' + one.value; }, 0, kLane);
        captions(group, list, x, function (one) { return 'on-' + one.value; }, function (one) { return one.value; }, 17);
        ticks(group, lane.data.adverts, x, 'advert', function (one) { return one[1] === 0 ? 'resigns' : ''; }, kLane, lane.height);
        marks(group, lane.data.announcements, x, 'announcement', 'M-4.5,4.5L4.5,4.5L0,-4.5Z', kLane + 4);
        marks(group, lane.data.happenings, x, 'happening', 'M0,-5L5,0L0,5L-5,0Z', kLane - 4);
      },
      belief: function (group, lane, x) {
        var list = segments(lane.data.changes, data.duration).filter(function (one) { return one.value !== null; });
        bars(group, list, x, function () { return 'belief'; }, 0, lane.height).style('fill', function (one) { return hostColour(one.value); });
        captions(group, list, x, function () { return 'on-host'; }, function (one) {
          return one.value < 0 ? '' : data.hosts[one.value];
        }, lane.height / 2 + 4);
      },
      probe: function (group, lane, x) {
        var one = lane.data, list = [], at = one.start;
        one.blackouts.forEach(function (blackout) {
          if (blackout.start > at) list.push({ from: at, to: blackout.start, value: 'answered' });
          list.push({ from: blackout.start, to: blackout.end, value: 'lost' });
          at = blackout.end;
        });
        if (one.sent && at < data.duration) list.push({ from: at, to: data.duration, value: 'answered' });
        bars(group, list, x, function (part) { return part.value; }, 0, lane.height);
        // Requests one by one, where they can be told apart.
        var requests = [], step = x(one.every) - x(0);
        if (step > 4) {
          var first = Math.max(0, Math.ceil((x.invert(0) - one.start) / one.every));
          for (var i = first; i < first + width / step + 1 && one.start + i * one.every < data.duration; ++i)
            requests.push([one.start + i * one.every]);
        }
        ticks(group, requests, x, 'request', function () { return ''; }, 0, lane.height);
      },
      blackout: function (group, lane, x) {
        var list = [];
        lane.data.blackouts.forEach(function (blackout) {
          var at = blackout.start;
          blackout.parts.forEach(function (part, i) {
            if (part > 0) list.push({ from: at, to: at + part, part: i, of: blackout });
            at += part;
          });
        });
        bars(group, list, x, function () { return 'part'; }, 0, lane.height).style('fill', function (one) { return 'var(--p' + one.part + ')'; });
        captions(group, list, x, function () { return 'on-host'; }, function (one) { return kParts[one.part] + ' ' + span(one.to - one.from); },
          lane.height / 2 + 4);
      }
    };

    var base = d3.scaleLinear().domain([0, data.duration]), shown = base;
    function paint() {
      var x = shown;
      axis.attr('transform', 'translate(' + kLabels + ',' + (kAxis - 6) + ')')
        .call(d3.axisTop(x).ticks(Math.max(width / 110, 2)).tickFormat(function (t) { return +t.toFixed(9) + ' s'; }));
      grid.attr('transform', 'translate(' + kLabels + ',' + (kAxis - 6) + ')')
        .call(d3.axisBottom(x).ticks(Math.max(width / 110, 2)).tickSize(height - kAxis).tickFormat(''));
      contents.each(function (lane) { painters[lane.kind](d3.select(this), lane, x); });
      var dark = [];
      data.probes.forEach(function (one) { one.blackouts.forEach(function (b) { dark.push({ from: b.start, to: b.end }); }); });
      bars(bands, dark, x, function () { return 'blackout-band'; }, kAxis - 6, height - kAxis + 6);
      ticks(over, data.faults.map(function (one) { return [one.t]; }), x, 'fault-line', function () { return ''; }, kAxis, height);
    }

    var zoom = d3.zoom().on('zoom', function () {
      shown = d3.event.transform.rescaleX(base);
      paint();
    });
    function show(from, to) {
      var scale = width / (base(to) - base(from));
      svg.call(zoom.transform, d3.zoomIdentity.scale(scale).translate(-base(from), 0));
    }
    function resize() {
      width = Math.max(box.clientWidth - 24 - kLabels - kRight, 200);
      base.range([0, width]);
      svg.select('clipPath rect').attr('width', width);
      groups.select('.lane-ground').attr('width', width);
      zoom.scaleExtent([1, Math.max(data.duration * 2e6, 10)]).extent([[0, 0], [width, height]]).translateExtent([[0, 0], [width, height]]);
      shown = d3.zoomTransform(svg.node()).rescaleX(base);
      paint();
    }

    // What is nearest to the pointer, in words.
    function nearest(list, t, reach) {
      var best = null;
      list.forEach(function (one) { if (Math.abs(one[0] - t) <= reach && (!best || Math.abs(one[0] - t) < Math.abs(best[0] - t))) best = one; });
      return best;
    }
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
    svg.on('mousemove', function () {
      var at = d3.mouse(svg.node()), x = at[0] - kLabels;
      var lane = lanes.filter(function (one) { return at[1] >= one.y && at[1] < one.y + one.height; })[0];
      var inside = x >= 0 && x <= width;
      hair.style('display', inside ? null : 'none').attr('x1', x).attr('x2', x);
      var t = shown.invert(x), lines = inside && lane ? askers[lane.kind](lane, t, Math.abs(shown.invert(6) - shown.invert(0))) : [];
      if (!inside || !lane || !lines.length) return tip.style('display', 'none');
      tip.text('at ' + seconds(t) + '\n' + lines.join('\n')).style('display', 'block');
      var size = tip.node().getBoundingClientRect(), room = box.clientWidth;
      tip.style('left', Math.max(4, Math.min(at[0] + 22, room - size.width - 8)) + 'px').style('top', at[1] + 56 + 'px');
    }).on('mouseleave', function () { tip.style('display', 'none'); hair.style('display', 'none'); })
      .call(zoom).on('dblclick.zoom', null).on('dblclick', function () { show(0, data.duration); });

    var tools = d3.select(box).insert('div', 'svg').attr('class', 'tools');
    tools.append('button').text('whole run').on('click', function () { show(0, data.duration); });
    var worst = null;
    data.probes.forEach(function (one) {
      one.blackouts.forEach(function (b) { if (!worst || b.end - b.start > worst.end - worst.start) worst = b; });
    });
    if (worst) tools.append('button').text('longest blackout').on('click', function () {
      var room = Math.max((worst.end - worst.start) * 0.25, 1e-3);
      show(Math.max(0, worst.start - room), Math.min(data.duration, worst.end + room));
    });
    [['MASTER', 'var(--master)'], ['BACKUP', 'var(--backup)'], ['INIT', 'var(--init)'], ['FAULT', 'var(--fault)']].forEach(function (one) {
      var key = tools.append('span').attr('class', 'key');
      key.append('i').style('background', one[1]);
      key.append('span').text(one[0]);
    });
    tools.append('span').text('│ advert · ▲ announcement · ◆ something else happened · wheel: zoom, drag: move, double click: all');
    resize();
    window.addEventListener('resize', resize);
    if (data.focus) show(data.focus[0], data.focus[1]);
  }

  var all = JSON.parse(document.getElementById('data').textContent);
  all.forEach(function (data, index) {
    data.index = index;
    draw(document.getElementById(data.at), data);
  });
}());
