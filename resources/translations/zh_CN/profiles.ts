<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AddressSection</name>
    <message>
        <source>Repair it</source>
        <translation>修正</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Use {name}</source>
        <translation>改用 {name}</translation>
    </message>
    <message>
        <source>Keep {name}</source>
        <translation>保留 {name}</translation>
    </message>
    <message>
        <source>The address ends in a slash: that is the virtual host without a name, not {name}.</source>
        <translation>地址以斜杠结尾：这表示名称为空的虚拟主机，而不是 {name}。</translation>
    </message>
    <message>
        <source>This is a virtual host named {vhost}, with the slash. Most brokers call it {name}.</source>
        <translation>这表示名为 {vhost} 的虚拟主机，带斜杠。多数 Broker 上它叫 {name}。</translation>
    </message>
    <message>
        <source>This is a virtual host named {vhost}. Was {name} meant?</source>
        <translation>这表示名为 {vhost} 的虚拟主机。是不是指 {name}？</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Fields</source>
        <translation>连接参数</translation>
    </message>
    <message>
        <source>kept in step with the address</source>
        <translation>与地址保持一致</translation>
    </message>
    <message>
        <source>Copy as…</source>
        <translation>复制为…</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>协议</translation>
    </message>
    <message>
        <source>AMQP 0-9-1</source>
        <translation>AMQP 0-9-1</translation>
    </message>
    <message>
        <source>MQTT</source>
        <translation>MQTT</translation>
    </message>
    <message>
        <source>WebSocket</source>
        <translation>WebSocket</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>主机</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Virtual host</source>
        <translation>虚拟主机</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>路径</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Keep passwords</source>
        <translation>密码保存在</translation>
    </message>
    <message>
        <source>Further hosts of the same broker</source>
        <translation>同一 Broker 的其他主机</translation>
    </message>
    <message>
        <source>in the keyring</source>
        <translation>密钥环</translation>
    </message>
    <message>
        <source>until the window closes</source>
        <translation>内存，直到窗口关闭</translation>
    </message>
    <message>
        <source>nowhere: ask each time</source>
        <translation>不保存：每次询问</translation>
    </message>
</context>
<context>
    <name>ClientSection</name>
    <message>
        <source>Client</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>The way there</source>
        <translation>途径</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>eu, orders</source>
        <translation>eu, orders</translation>
    </message>
    <message>
        <source>Heartbeat, s</source>
        <translation>心跳（秒）</translation>
    </message>
    <message>
        <source>the broker&apos;s</source>
        <translation>由 Broker 决定</translation>
    </message>
    <message>
        <source>Connect timeout, s</source>
        <translation>连接超时（秒）</translation>
    </message>
    <message>
        <source>MQTT client id</source>
        <translation>MQTT 客户端 id</translation>
    </message>
    <message>
        <source>one of each run</source>
        <translation>每次运行各用一个</translation>
    </message>
    <message>
        <source>Queue to check</source>
        <translation>要检查的队列</translation>
    </message>
    <message>
        <source>Exchange to check</source>
        <translation>要检查的交换机</translation>
    </message>
    <message>
        <source>Routing key</source>
        <translation>路由键</translation>
    </message>
    <message>
        <source>Topic to check</source>
        <translation>要检查的主题</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>Management API</source>
        <translation>管理接口</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>Production/EU</source>
        <translation>生产/华东</translation>
    </message>
    <message>
        <source>MQTT version</source>
        <translation>MQTT 版本</translation>
    </message>
    <message>
        <source>QoS</source>
        <translation>QoS</translation>
    </message>
    <message>
        <source>Password of the proxy</source>
        <translation>代理密码</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>备注</translation>
    </message>
</context>
<context>
    <name>CopyMenu</name>
    <message>
        <source>Copy as</source>
        <translation>复制为</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Address, with a mask for the password</source>
        <translation>地址，密码以圆点代替</translation>
    </message>
    <message>
        <source>mqassist command</source>
        <translation>mqassist 命令</translation>
    </message>
    <message>
        <source>Copied: {text}</source>
        <translation>已复制：{text}</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>The two passphrases differ.</source>
        <translation>两次输入的口令不同。</translation>
    </message>
    <message>
        <source>Export profiles</source>
        <translation>导出配置</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>One profile with its passwords was written under the passphrase.</source>
        <translation>已写出 1 个配置及其密码，用口令加密。</translation>
    </message>
    <message>
        <source>{count} profiles with their passwords were written under the passphrase.</source>
        <translation>已写入 {count} 个配置及其密码，用口令加密。</translation>
    </message>
    <message>
        <source>One profile was written, without passwords.</source>
        <translation>已写出 1 个配置，不含密码。</translation>
    </message>
    <message>
        <source>{count} profiles were written, without passwords.</source>
        <translation>已写入 {count} 个配置，不含密码。</translation>
    </message>
    <message>
        <source>{count} profiles as JSON.</source>
        <translation>{count} 个配置，JSON 格式。</translation>
    </message>
    <message>
        <source>One profile as JSON.</source>
        <translation>1 个配置，JSON 格式。</translation>
    </message>
    <message>
        <source>Without passwords</source>
        <translation>不含密码</translation>
    </message>
    <message>
        <source>With passwords, sealed under a passphrase</source>
        <translation>包含密码，用口令加密</translation>
    </message>
    <message>
        <source>AES-256; without the passphrase nobody can open or recover it.</source>
        <translation>AES-256 加密；没有口令谁也无法打开或恢复。</translation>
    </message>
    <message>
        <source>Passphrase, at least {count} characters</source>
        <translation>口令，至少 {count} 个字符</translation>
    </message>
    <message>
        <source>Passphrase again</source>
        <translation>再次输入口令</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Settings (*.json *.conf *.env *.yml *.yaml *.properties *.py *.txt *.csv);;All files (*)</source>
        <translation>设置文件 (*.json *.conf *.env *.yml *.yaml *.properties *.py *.txt *.csv);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Import profiles</source>
        <translation>导入配置</translation>
    </message>
    <message>
        <source>This export holds passwords. Enter its passphrase.</source>
        <translation>这份导出文件里有密码，请输入口令。</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>有</translation>
    </message>
    <message>
        <source>One entry each in {keyring}; no file holds them.</source>
        <translation>各占 {keyring} 中的一项；不写进任何文件。</translation>
    </message>
    <message>
        <source>There is no keyring to put them into: they are left out.</source>
        <translation>没有可以存放的密钥环：将略过这些密码。</translation>
    </message>
    <message>
        <source>Save {count} profiles</source>
        <translation>保存 {count} 个配置</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save one profile</source>
        <translation>保存 1 个配置</translation>
    </message>
    <message>
        <source>From lists of addresses, exports of MQTTX, MQTT Explorer and mqassist, mosquitto, .env, docker-compose, Spring and Celery settings. Nothing of it is executed.</source>
        <translation>可来自地址列表，MQTTX、MQTT Explorer 和 mqassist 的导出文件，以及 mosquitto、.env、docker-compose、Spring 和 Celery 的设置。其中的内容不会被执行。</translation>
    </message>
    <message>
        <source>{format}: one profile found. Nothing is saved yet.</source>
        <translation>{format}：找到 1 个配置。还没有保存。</translation>
    </message>
    <message>
        <source>{format}: {count} profiles found. Nothing is saved yet.</source>
        <translation>{format}：找到 {count} 个配置。尚未保存。</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>… or paste the text here</source>
        <translation>……或者把文字粘贴到这里</translation>
    </message>
    <message>
        <source>Text to import from</source>
        <translation>要导入的文字</translation>
    </message>
    <message>
        <source>Read the text</source>
        <translation>读取文字</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Entered</source>
        <translation>已输入</translation>
    </message>
    <message>
        <source>None</source>
        <translation>没有</translation>
    </message>
    <message>
        <source>Enter…</source>
        <translation>输入…</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Profiles that were found</source>
        <translation>找到的配置</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>略过的内容</translation>
    </message>
    <message>
        <source>What was not understood</source>
        <translation>没有看懂的内容</translation>
    </message>
    <message>
        <source>Group for all of them</source>
        <translation>全部放进分组</translation>
    </message>
    <message>
        <source>Put the passwords into the keyring of this computer</source>
        <translation>把密码放进本机密钥环</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Keyring</name>
    <message>
        <source>This computer has no keyring to keep passwords in.</source>
        <translation>本机没有可以存放密码的密钥环。</translation>
    </message>
    <message>
        <source>The only keyring here is a plain file; passwords do not go there.</source>
        <translation>本机唯一的密钥环只是普通文件；密码不会放进去。</translation>
    </message>
    <message>
        <source>The keyring of this computer is locked.</source>
        <translation>本机的密钥环已锁定。</translation>
    </message>
    <message>
        <source>The keyring of this computer does not answer.</source>
        <translation>本机的密钥环没有应答。</translation>
    </message>
</context>
<context>
    <name>LogsCard</name>
    <message>
        <source>Log files (*.log *.log.* *.txt *.gz);;All files (*)</source>
        <translation>日志文件 (*.log *.log.* *.txt *.gz);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Log files of the broker</source>
        <translation>Broker 的日志文件</translation>
    </message>
    <message>
        <source>Open {file}</source>
        <translation>打开 {file}</translation>
    </message>
    <message>
        <source>Take {file} off the list</source>
        <translation>从列表中去掉 {file}</translation>
    </message>
    <message>
        <source>Log sources</source>
        <translation>日志来源</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>添加…</translation>
    </message>
    <message>
        <source>Add log files</source>
        <translation>添加日志文件</translation>
    </message>
    <message>
        <source>With the broker&apos;s log, its own words stand beside each step.</source>
        <translation>有了 Broker 的日志，每一步旁边都会显示它自己的记录。</translation>
    </message>
</context>
<context>
    <name>ProfilePage</name>
    <message>
        <source>Profile · saved</source>
        <translation>配置 · 已保存</translation>
    </message>
    <message>
        <source>Keep it until the window closes</source>
        <translation>保留到窗口关闭</translation>
    </message>
    <message>
        <source>Ask each time</source>
        <translation>每次询问</translation>
    </message>
    <message>
        <source>New profile</source>
        <translation>新建配置</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Passphrase of the key</source>
        <translation>私钥口令</translation>
    </message>
    <message>
        <source>Password of the proxy</source>
        <translation>代理密码</translation>
    </message>
    <message>
        <source>Profile · changed, not saved</source>
        <translation>配置 · 已修改，未保存</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>配置</translation>
    </message>
    <message>
        <source>{name} – edit profile</source>
        <translation>{name} – 编辑配置</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>复制一份</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Profile editor</source>
        <translation>配置编辑</translation>
    </message>
</context>
<context>
    <name>ProfilePanel</name>
    <message>
        <source>New profile</source>
        <translation>新建配置</translation>
    </message>
    <message>
        <source>Import profiles…</source>
        <translation>导入配置…</translation>
    </message>
    <message>
        <source>Export all profiles…</source>
        <translation>导出全部配置…</translation>
    </message>
    <message>
        <source>No profile yet. Paste an address above the page and save it, or import a list.</source>
        <translation>还没有配置。在页面上方粘贴地址并保存，或者导入一份列表。</translation>
    </message>
    <message>
        <source>No profile has these words.</source>
        <translation>没有含这些词的配置。</translation>
    </message>
    <message>
        <source>New group</source>
        <translation>新分组</translation>
    </message>
    <message>
        <source>The keyring did not answer and may still hold its password.</source>
        <translation>密钥环没有应答，里面可能还留有它的密码。</translation>
    </message>
    <message>
        <source>Deleted: {name}</source>
        <translation>已删除：{name}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>{count} profiles were saved.</source>
        <translation>已保存 {count} 个配置。</translation>
    </message>
    <message>
        <source>One profile was saved.</source>
        <translation>已保存 1 个配置。</translation>
    </message>
    <message>
        <source>Copied: {text}</source>
        <translation>已复制：{text}</translation>
    </message>
    <message>
        <source>Profiles</source>
        <translation>配置</translation>
    </message>
    <message>
        <source>Find a profile</source>
        <translation>查找配置</translation>
    </message>
    <message>
        <source>Profiles and local brokers</source>
        <translation>配置与本机 Broker</translation>
    </message>
    <message>
        <source>Enter opens, F2 edits, Delete deletes, Alt+Up and Alt+Down change the order.</source>
        <translation>Enter 打开，F2 编辑，Delete 删除，Alt+↑ 和 Alt+↓ 调整顺序。</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>{name}, {state}, {protocol}</source>
        <translation>{name}，{state}，{protocol}</translation>
    </message>
    <message>
        <source>{name}, port {port}</source>
        <translation>{name}，端口 {port}</translation>
    </message>
    <message>
        <source>{name}, group, asks before active tests</source>
        <translation>{name}，分组，主动测试前先询问</translation>
    </message>
    <message>
        <source>{name}, group</source>
        <translation>{name}，分组</translation>
    </message>
    <message>
        <source>never checked</source>
        <translation>从未检查</translation>
    </message>
    <message>
        <source>Last checked {when}: {state}</source>
        <translation>上次检查 {when}：{state}</translation>
    </message>
    <message>
        <source>Never checked</source>
        <translation>从未检查</translation>
    </message>
    <message>
        <source>Production: asks before any active test</source>
        <translation>生产环境：任何主动测试前先询问</translation>
    </message>
</context>
<context>
    <name>ProfileRow</name>
    <message>
        <source>now</source>
        <translation>刚才</translation>
    </message>
    <message>
        <source>{count} min</source>
        <translation>{count} 分钟</translation>
    </message>
    <message>
        <source>{count} h</source>
        <translation>{count} 小时</translation>
    </message>
    <message>
        <source>{count} d</source>
        <translation>{count} 天</translation>
    </message>
    <message>
        <source>asks first</source>
        <translation>先询问</translation>
    </message>
</context>
<context>
    <name>RowMenu</name>
    <message>
        <source>Diagnose</source>
        <translation>诊断</translation>
    </message>
    <message>
        <source>Save as a profile…</source>
        <translation>存为配置…</translation>
    </message>
    <message>
        <source>New profile…</source>
        <translation>新建配置…</translation>
    </message>
    <message>
        <source>New group</source>
        <translation>新分组</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>编辑…</translation>
    </message>
    <message>
        <source>Duplicate…</source>
        <translation>复制一份…</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Remove the group, keep its profiles</source>
        <translation>去掉分组，保留其中的配置</translation>
    </message>
</context>
<context>
    <name>SafetyCard</name>
    <message>
        <source>Safety</source>
        <translation>安全</translation>
    </message>
    <message>
        <source>Production: ask before any active test</source>
        <translation>生产环境：任何主动测试前先询问</translation>
    </message>
    <message>
        <source>At most 3 login tries per run</source>
        <translation>每次运行最多尝试登录 3 次</translation>
    </message>
    <message>
        <source>Allow publish and read back</source>
        <translation>允许发布并读回消息</translation>
    </message>
</context>
<context>
    <name>SecretWords</name>
    <message>
        <source>the keyring</source>
        <translation>密钥环</translation>
    </message>
    <message>
        <source>Saved in {keyring}</source>
        <translation>已保存在 {keyring}</translation>
    </message>
    <message>
        <source>Kept until the window closes</source>
        <translation>保留到窗口关闭</translation>
    </message>
    <message>
        <source>Typed; goes to {keyring} on saving</source>
        <translation>已输入；保存时放进 {keyring}</translation>
    </message>
    <message>
        <source>Typed; kept until the window closes</source>
        <translation>已输入；保留到窗口关闭</translation>
    </message>
    <message>
        <source>Typed; used for the test only</source>
        <translation>已输入；只用于测试</translation>
    </message>
    <message>
        <source>None</source>
        <translation>没有</translation>
    </message>
    <message>
        <source>Replace…</source>
        <translation>更换…</translation>
    </message>
    <message>
        <source>Enter…</source>
        <translation>输入…</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>清除</translation>
    </message>
</context>
<context>
    <name>TestCard</name>
    <message>
        <source>Asking for the passwords…</source>
        <translation>正在取密码…</translation>
    </message>
    <message>
        <source>{step}…</source>
        <translation>{step}…</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>Tries the address with these settings, step by step.</source>
        <translation>用这些设置逐步尝试这个地址。</translation>
    </message>
    <message>
        <source>Nothing is saved by it.</source>
        <translation>测试不会保存任何内容。</translation>
    </message>
    <message>
        <source>Nothing is saved by it. One login was tried.</source>
        <translation>测试不会保存任何内容。尝试登录了 1 次。</translation>
    </message>
    <message>
        <source>Nothing is saved by it. {count} logins were tried.</source>
        <translation>测试不会保存任何内容。尝试登录了 {count} 次。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Test before saving</source>
        <translation>保存前测试</translation>
    </message>
</context>
<context>
    <name>TlsSection</name>
    <message>
        <source>Certificates and keys (*.pem *.crt *.cer *.der *.key *.p12 *.pfx *.jks);;All files (*)</source>
        <translation>证书和私钥 (*.pem *.crt *.cer *.der *.key *.p12 *.pfx *.jks);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Anybody on the way can read and change everything, passwords included.</source>
        <translation>途中任何人都能读取和改动全部内容，包括密码。</translation>
    </message>
    <message>
        <source>Copy the command that makes PEM of it</source>
        <translation>复制转换为 PEM 的命令</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>Use TLS</source>
        <translation>使用 TLS</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>CA certificates</source>
        <translation>CA 证书</translation>
    </message>
    <message>
        <source>Choose the CA certificates</source>
        <translation>选择 CA 证书</translation>
    </message>
    <message>
        <source>Client certificate</source>
        <translation>客户端证书</translation>
    </message>
    <message>
        <source>Choose the client certificate</source>
        <translation>选择客户端证书</translation>
    </message>
    <message>
        <source>Private key</source>
        <translation>私钥</translation>
    </message>
    <message>
        <source>Choose the private key</source>
        <translation>选择私钥</translation>
    </message>
    <message>
        <source>Trust</source>
        <translation>信任</translation>
    </message>
    <message>
        <source>Operating system</source>
        <translation>操作系统</translation>
    </message>
    <message>
        <source>Only the CA file</source>
        <translation>仅 CA 文件</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>两者</translation>
    </message>
    <message>
        <source>Trust: {what}</source>
        <translation>信任：{what}</translation>
    </message>
    <message>
        <source>Passphrase of the key</source>
        <translation>私钥口令</translation>
    </message>
    <message>
        <source>Name to check, if it is not the host</source>
        <translation>要核对的名称（不同于主机时）</translation>
    </message>
    <message>
        <source>Sent as SNI and looked for in the broker&apos;s certificate.</source>
        <translation>作为 SNI 发送，并在 Broker 的证书里查找。</translation>
    </message>
    <message>
        <source>Check the broker&apos;s certificate and name</source>
        <translation>核对 Broker 的证书和名称</translation>
    </message>
</context>
<context>
    <name>UnsavedProfile</name>
    <message>
        <source>Save the changes to {name}?</source>
        <translation>要保存对 {name} 的修改吗？</translation>
    </message>
    <message>
        <source>They are lost otherwise.</source>
        <translation>否则修改会丢失。</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>不保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
</TS>
