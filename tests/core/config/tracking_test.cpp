// What is tracked: scripts, interfaces, files, processes, and by whom.
#include <gmock/gmock.h>

#include "tests/core/config/expect_rows.h"

namespace understudy::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// Instances A, with `more` inside from its third line on, and B.
std::string two_instances(std::string_view more) {
  return "vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\n" + std::string(more) +
         "\nvirtual_ipaddress {\n192.0.2.1\n}\n}\nvrrp_instance B {\ninterface eth1\n"
         "virtual_router_id 1\nvirtual_ipaddress {\n192.0.2.2\n}\n}\n";
}

TEST(Scripts, HaveKeepalivedsDefaults) {
  const auto script = parse(script_with(""), "x").config.scripts.at(0);
  EXPECT_THAT(script.command.argv, ElementsAre("/bin/true"));
  EXPECT_EQ(script.interval, 1s);
  EXPECT_EQ(script.timeout, 1s);
  EXPECT_EQ(script.weight, 0);
  EXPECT_FALSE(script.weight_reverse);
  EXPECT_EQ(script.rise, 1U);
  EXPECT_EQ(script.fall, 1U);
  EXPECT_FALSE(script.init_fail);
  EXPECT_EQ(script.user, ScriptUser{});
}

TEST(Scripts, AreReadWhole) {
  const auto result = parse(script_with("interval 0.25\ntimeout 2\nweight -20 reverse\nrise 2\n"
                                        "fall 3\nuser www :web\ninit_fail"),
                            "x");
  EXPECT_THAT(findings_of(result), IsEmpty());
  const auto& script = result.config.scripts.at(0);
  EXPECT_EQ(script.interval, 250ms);
  EXPECT_EQ(script.timeout, 2s);
  EXPECT_EQ(script.weight, -20);
  EXPECT_TRUE(script.weight_reverse);
  EXPECT_EQ(script.rise, 2U);
  EXPECT_EQ(script.fall, 3U);
  EXPECT_EQ(script.user, (ScriptUser{"www", "web"}));
  EXPECT_TRUE(script.init_fail);
  EXPECT_EQ(parse(script_with("timeout 2\ninterval 5"), "x").config.scripts.at(0).timeout, 2s);
  EXPECT_EQ(parse(script_with("interval 5"), "x").config.scripts.at(0).timeout, 5s);
}

TEST(Scripts, ThatCannotBeMeantAreNamed) {
  const std::string good = "vrrp_script chk {\nscript /bin/true\n}\n";
  const std::string other = "vrrp_script chk {\nscript /bin/false\n}\n";
  const auto tracking = instance_with("track_script {\nchk\n}");
  expect_rows({
      {"vrrp_script chk {\n}\n" + tracking, {"1:13 error missing-script"}},
      {good + instance_with(""), {"1:13 warning unused-script"}},
      {good + good + tracking, {"4:13 warning duplicate-script"}},
      {good + other + tracking, {"4:13 error duplicate-script"}},
      {tracking + good, {"3:1 warning script-defined-later"}},
      {instance_with("track_script {\nchk\n}"), {"3:1 error unknown-script"}},
      {script_with("script /bin/echo a"), {"2:1 warning extra-words"}},
      {script_with("script \"/bin/echo a > /b\""), {"2:8 warning no-shell"}},
      {script_with("script \"/bin/sh -c 'a > /b'\""), {}},
      {script_with("script \"/bin/echo 'a\""), {"2:8 error bad-command"}},
      {script_with("script \"\""), {"2:8 error bad-command"}},
  });
  EXPECT_EQ(parse(good + instance_with("track_script {\nchx\n}"), "x").diagnostics[1].hint,
            "did you mean 'chk'?");
  EXPECT_EQ(parse(tracking + good, "x").config.instances.at(0).track_scripts.size(), 1U);
  EXPECT_THAT(parse(good + good + tracking, "x").config.scripts.at(0).command.argv,
              ElementsAre("/bin/true"));
}

TEST(TrackedScripts, MayHaveAWeightOfTheirOwn) {
  const auto tracked = [](const char* line) {
    return "vrrp_script chk {\nscript /bin/true\nweight 3\n}\n" +
           instance_with("track_script {\n" + std::string(line) + "\n}");
  };
  expect_rows({
      {tracked("chk weight -253"), {}},
      {tracked("chk weight 253 reverse"), {}},
      {tracked("chk weight 254"), {"7:12 error out-of-range"}},
      {tracked("chk weight"), {"7:5 error missing-value"}},
      {tracked("chk wieght 5"), {"7:5 error bad-value"}},
      {tracked("chk\nchk weight 7"), {"8:1 warning tracked-twice"}},
      {tracked("chk\n}\npriority 255\ntrack_script {"), {"7:1 warning owner-weight"}},
      {tracked("chk weight 0\n}\npriority 255\ntrack_script {"), {}},
  });
  const auto entry = instance_of(tracked("chk weight -5 noreverse")).track_scripts.at(0);
  EXPECT_EQ(entry.weight, -5);
  EXPECT_EQ(entry.weight_reverse, false);
  EXPECT_EQ(instance_of(tracked("chk")).track_scripts.at(0).weight, std::nullopt);
  EXPECT_THAT(instance_of(tracked("chk\n}\npriority 255\ntrack_script {")).track_scripts,
              IsEmpty());
}

std::string with_object(std::string_view block, std::string_view lines, std::string_view more) {
  return std::string(block) + " {\n" + std::string(lines) + "\n}\n" + instance_with(more);
}

TEST(TrackedInterfaces, MayHaveAWeight) {
  const auto tracked = [](const char* line, const char* more = "") {
    return instance_with("track_interface {\n" + std::string(line) + "\n}\n" + more);
  };
  expect_rows({
      {tracked("eth0"), {"3:1 warning own-interface-tracked"}},
      {tracked("eth0 weight 5"), {"3:1 warning own-interface-tracked"}},
      {tracked("eth0 weight 5", "dont_track_primary"), {}},
      {tracked("eth1\neth2 weight -253 reverse"), {}},
      {tracked("eth1 weight 254"), {"3:13 error out-of-range"}},
      {tracked("eth1\neth1"), {"4:1 warning tracked-twice"}},
      {tracked("averyverylongname"), {"3:1 error bad-value"}},
      {tracked("eth1 weight 5", "priority 255"), {"3:1 warning owner-weight"}},
      {tracked("eth1", "priority 255"), {}},
  });
  const auto instance = instance_of(tracked("eth1\neth2 weight -9 reverse", "dont_track_primary"));
  EXPECT_FALSE(instance.track_primary);
  ASSERT_EQ(instance.track_interfaces.size(), 2U);
  EXPECT_EQ(instance.track_interfaces[0].name, "eth1");
  EXPECT_EQ(instance.track_interfaces[0].weight, std::nullopt);
  EXPECT_EQ(instance.track_interfaces[0].at, (SourcePosition{3, 1}));
  EXPECT_EQ(instance.track_interfaces[1].weight, -9);
  EXPECT_EQ(instance.track_interfaces[1].weight_reverse, true);
}

TEST(TrackFiles, AreReadWhole) {
  for (const auto* keyword : {"track_file f", "vrrp_track_file f"}) {
    const auto text = with_object(keyword, "file /run/f\nweight -3 reverse\ninit_file -7 overwrite",
                                  "track_file {\nf\n}");
    EXPECT_THAT(findings_of(text), IsEmpty());
    const auto file = parse(text, "x").config.track_files.at(0);
    EXPECT_EQ(file.name, "f");
    EXPECT_EQ(file.path, "/run/f");
    EXPECT_EQ(file.weight, -3);
    EXPECT_TRUE(file.weight_reverse);
    EXPECT_EQ(file.initial_value, -7);
    EXPECT_TRUE(file.overwrite);
    EXPECT_EQ(instance_of(text).track_files.at(0).name, "f");
  }
  const auto plain = parse(
      with_object("track_file f", "file /f\ninit_file", "track_file {\nf weight 2147483647\n}"),
      "x");
  EXPECT_EQ(plain.config.track_files.at(0).weight, 1);
  EXPECT_EQ(plain.config.track_files.at(0).initial_value, 0);
  EXPECT_FALSE(plain.config.track_files.at(0).overwrite);
  EXPECT_EQ(plain.config.instances.at(0).track_files.at(0).weight, 2147483647);
}

TEST(TrackFiles, ThatCannotBeMeantAreNamed) {
  const auto file = [](const char* lines) {
    return with_object("track_file f", lines, "track_file {\nf\n}");
  };
  const std::string one = "track_file f {\nfile /f\n}\n";
  const auto tracking = instance_with("track_file {\nf\n}");
  expect_rows({
      {file("weight 1"), {"1:12 error missing-file"}},
      {file("file"), {"2:1 error missing-value"}},
      {file("file \"\""), {"2:6 error bad-value"}},
      {file("file /f\nweight 2147483648"), {"3:8 error out-of-range"}},
      {file("file /f\ninit_file x"), {"3:11 error bad-value"}},
      {file("file /f\nfiel /g"), {"3:1 warning unknown-keyword"}},
      {one + instance_with(""), {"1:12 warning unused-track-file"}},
      {one + one + tracking, {"4:12 warning duplicate-track-file"}},
      {one + "track_file f {\nfile /g\n}\n" + tracking, {"4:12 error duplicate-track-file"}},
      {tracking + one, {"3:1 warning track-file-defined-later"}},
      {one + instance_with("track_file {\ng\n}"),
       {"1:12 warning unused-track-file", "6:1 error unknown-track-file"}},
  });
}

TEST(TrackProcesses, AreReadWhole) {
  const auto text = with_object("vrrp_track_process p",
                                "process nginx -g 'daemon off;'\nparam_match initial\nweight -254\n"
                                "quorum 2\nquorum_max 9\nfork_delay 0.5\nterminate_delay 2\n"
                                "full_command",
                                "track_process {\np weight 254 reverse\n}");
  EXPECT_THAT(findings_of(text), IsEmpty());
  const auto process = parse(text, "x").config.track_processes.at(0);
  EXPECT_THAT(process.command, ElementsAre("nginx", "-g", "daemon off;"));
  EXPECT_TRUE(process.has_arguments);
  EXPECT_EQ(process.match, TrackProcess::Match::initial);
  EXPECT_EQ(process.weight, -254);
  EXPECT_EQ(process.quorum, 2U);
  EXPECT_EQ(process.quorum_max, 9U);
  EXPECT_EQ(process.fork_delay, 500ms);
  EXPECT_EQ(process.terminate_delay, 2s);
  EXPECT_TRUE(process.full_command);
  EXPECT_EQ(instance_of(text).track_processes.at(0).weight, 254);

  const auto plain =
      parse(with_object("vrrp_track_process p", "process nginx\ndelay 3", "track_process {\np\n}"),
            "x")
          .config.track_processes.at(0);
  EXPECT_FALSE(plain.has_arguments);
  EXPECT_EQ(plain.match, TrackProcess::Match::exact);
  EXPECT_EQ(plain.quorum, 1U);
  EXPECT_EQ(plain.quorum_max, std::nullopt);
  EXPECT_EQ(plain.fork_delay, 3s);
  EXPECT_EQ(plain.terminate_delay, 3s);
  const auto none = parse(with_object("vrrp_track_process p", "process nginx\nquorum_max 0",
                                      "track_process {\np\n}"),
                          "x")
                        .config.track_processes.at(0);
  EXPECT_EQ(none.quorum, 0U) << "it must not run";
}

TEST(TrackProcesses, ThatCannotBeMeantAreNamed) {
  const auto process = [](const char* lines) {
    return with_object("vrrp_track_process p", lines, "track_process {\np\n}");
  };
  expect_rows({
      {process("weight 1"), {"1:20 error missing-process"}},
      {process("process \"\""), {"2:9 error bad-command"}},
      {process("process 'x"), {"2:9 error bad-command"}},
      {process("process x\nweight 255"), {"3:8 error out-of-range"}},
      {process("process x\nquorum 0"), {"3:8 error out-of-range"}},
      {process("process x\nquorum 65536"), {"3:8 error out-of-range"}},
      {process("process x\nquorum 5\nquorum_max 4"), {"3:8 error quorum-impossible"}},
      {process("process x\ndelay 0"), {"3:7 error out-of-range"}},
      {process("process x\ndelay 3600.1"), {"3:7 error out-of-range"}},
      {process("process x\nparam_match some"), {"3:13 error bad-value"}},
      {process("process x\nparam_match initial"), {"3:1 warning no-effect"}},
      {process("process x a\nparam_match partial"), {}},
      {instance_with("track_process {\np\n}"), {"3:1 error unknown-track-process"}},
  });
}

TEST(SyncGroups, HaveMembersTrackingAndScripts) {
  const auto text =
      "vrrp_script chk {\nscript /bin/true\nweight 4\n}\nvrrp_sync_group G {\ngroup {\nA\nB\n}\n"
      "sync_group_tracking_weight\ntrack_script {\nchk weight -5\n}\ntrack_interface {\neth7\n}\n"
      "notify_master /m\nnotify /n\n}\n" +
      two_instances("");
  EXPECT_THAT(findings_of(text), IsEmpty());
  const auto groups = parse(text, "x").config.sync_groups;
  ASSERT_EQ(groups.size(), 1U);
  const auto& group = groups[0];
  EXPECT_EQ(group.name, "G");
  EXPECT_EQ(group.at, (SourcePosition{5, 17}));
  ASSERT_EQ(group.members.size(), 2U);
  EXPECT_EQ(group.members[1].name, "B");
  EXPECT_EQ(group.members[1].at, (SourcePosition{8, 1}));
  EXPECT_TRUE(group.tracking_weight);
  EXPECT_EQ(group.track_scripts.at(0).weight, -5);
  EXPECT_EQ(group.track_interfaces.at(0).name, "eth7");
  EXPECT_THAT(group.notify.master.argv, ElementsAre("/m"));
  EXPECT_THAT(group.notify.any.argv, ElementsAre("/n"));
}

TEST(SyncGroups, ThatCannotBeMeantAreNamed) {
  const auto group = [](const char* lines) {
    return "vrrp_sync_group G {\n" + std::string(lines) + "\n}\n" + two_instances("");
  };
  expect_rows({
      {group("group { A B }"), {}},
      {group("group {\nA\nC\n}"), {"4:1 error unknown-instance"}},
      {group("group {\nA\nA\nB\n}"), {"4:1 warning tracked-twice"}},
      {group("group {\nA\n}"), {"1:17 warning group-of-one"}},
      {group(""), {"1:17 error empty-group"}},
      {group("group {\n}"), {"1:17 error empty-group"}},
      {group("group {\nA\nB\n}\n}\nvrrp_sync_group H {\ngroup {\nA\nB\n}"),
       {"9:1 error two-groups", "10:1 error two-groups"}},
      {group("group {\nA\n}\n}\nvrrp_sync_group G {\ngroup {\nB\n}"),
       {"1:17 warning group-of-one", "6:17 error duplicate-group", "6:17 warning group-of-one"}},
      {group("group {\nA\nB\n}\ntrack_script {\nx\n}"), {"7:1 error unknown-script"}},
      {group("group {\nA\nB\n}\npriority 7"), {"6:1 warning unknown-keyword"}},
  });
  EXPECT_EQ(hint_of("vrrp_sync_group G { group { VI_A VI_C } }\nvrrp_instance VI_A {\n}\n"
                    "vrrp_instance VI_B {\n}\n",
                    "unknown-instance"),
            "did you mean 'VI_A'?");
}

TEST(SyncGroups, TakeTheWeightsFromTheirMembers) {
  const std::string objects =
      "vrrp_script chk {\nscript /x\nweight 4\n}\nvrrp_script flat {\nscript /y\n}\n"
      "track_file f {\nfile /f\n}\ntrack_file g {\nfile /g\nweight 2\n}\n";
  const auto text = [&](const char* more) {
    return objects + "vrrp_sync_group G { group { A B }\n" + more + "\n}\n" +
           two_instances(
               "track_script {\nchk\nflat\n}\ntrack_interface {\neth7 weight 5\n}\n"
               "track_file {\nf\ng\n}");
  };
  EXPECT_THAT(findings_of(text("")),
              ElementsAre("22:1 warning group-weight", "26:1 warning group-weight",
                          "30:1 warning group-weight"));
  const auto without = instance_of(text(""));
  ASSERT_EQ(without.track_scripts.size(), 1U);
  EXPECT_EQ(without.track_scripts[0].name, "flat");
  EXPECT_EQ(without.track_interfaces.at(0).weight, 0);
  EXPECT_EQ(without.track_files.at(0).weight, 0) << "the default weight is not worth a word";
  EXPECT_EQ(without.track_files.at(1).weight, 0);
  for (const auto* keyword : {"sync_group_tracking_weight", "global_tracking"}) {
    EXPECT_THAT(findings_of(text(keyword)), IsEmpty());
    const auto with = instance_of(text(keyword));
    EXPECT_EQ(with.track_scripts.size(), 2U);
    EXPECT_EQ(with.track_interfaces.at(0).weight, 5);
    EXPECT_EQ(with.track_files.at(0).weight, std::nullopt);
  }
}

}  // namespace
}  // namespace understudy::config
